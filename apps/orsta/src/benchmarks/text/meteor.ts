/**
 * METEOR (Lavie and Agarwal, 2007) as `nltk.translate.meteor_score` has it for one reference: words are matched when equal, then by stem, then by synonym,
 * from the end of the hypothesis; the score falls with the number of pieces that the matches are in.
 */
import { porterStem } from './porter-stem.ts';
import type { WordNet } from './wordnet.ts';

/** A word and its place in its text. */
type Placed = readonly [place: number, word: string];
type Match = readonly [hypothesis: number, reference: number];

const ALPHA = 0.9;
const BETA = 3;
const GAMMA = 0.5;

/** The score of a hypothesis, in `[0, 1]`. */
export function meteor(reference: readonly string[], hypothesis: readonly string[], wordNet: WordNet): number {
  const matches = align(placed(hypothesis), placed(reference), wordNet);
  if (matches.length === 0) return 0;
  const precision = matches.length / hypothesis.length;
  const recall = matches.length / reference.length;
  const mean = (precision * recall) / (ALPHA * precision + (1 - ALPHA) * recall);
  return (1 - GAMMA * (pieces(matches) / matches.length) ** BETA) * mean;
}

function placed(words: readonly string[]): Placed[] {
  return words.map((word, place) => [place, word.toLowerCase()]);
}

function align(hypothesis: readonly Placed[], reference: readonly Placed[], { synonyms }: WordNet): Match[] {
  const stems = (words: readonly Placed[]): Placed[] => words.map(([place, word]) => [place, porterStem(word)]);
  const equal = match(hypothesis, reference, (word) => [word]);
  const byStem = match(stems(equal.hypothesis), stems(equal.reference), (word) => [word]);
  // As in NLTK, synonyms are looked up for the stems.
  const bySynonym = match(byStem.hypothesis, byStem.reference, (word) => [word, ...synonyms(word)]);
  return [...equal.matches, ...byStem.matches, ...bySynonym.matches].sort(([a], [b]) => a - b);
}

interface Matched {
  readonly matches: Match[];
  /** Words that have no match. */
  readonly hypothesis: Placed[];
  readonly reference: Placed[];
}

/** Matches each word, the last first, with the last free word of the reference that is one of its forms. */
function match(hypothesis: readonly Placed[], reference: readonly Placed[], formsOf: (word: string) => readonly string[]): Matched {
  const free = new Map<string, number[]>();
  reference.forEach(([, word], index) => {
    const places = free.get(word) ?? [];
    places.push(index);
    free.set(word, places);
  });
  const matches: Match[] = [];
  const taken = new Set<number>();
  const left: Placed[] = [];
  for (const own of hypothesis.toReversed()) {
    const candidates = formsOf(own[1]).flatMap((form) => free.get(form)?.at(-1) ?? []);
    const found = reference[Math.max(-1, ...candidates)];
    if (found === undefined) {
      left.push(own);
      continue;
    }
    const index = free.get(found[1])?.pop();
    if (index !== undefined) taken.add(index);
    matches.push([own[0], found[0]]);
  }
  return { matches, hypothesis: left.reverse(), reference: reference.filter((_, index) => !taken.has(index)) };
}

/** Runs of matches that are neighbors in both texts. */
function pieces(matches: readonly Match[]): number {
  const breaks = matches.slice(1).filter(([own, other], index) => {
    const [before, otherBefore] = matches[index]!;
    return own !== before + 1 || other !== otherBefore + 1;
  });
  return breaks.length + 1;
}
