// Choice letters in running text: `The answer is B.`, `**A**`.
import { answerMatches, finalHopeMatches, finalIsMatches, type Candidate } from './anchors.ts';
import { isSpaceAt } from '../characters.ts';

/** A choice found in a text. */
export interface ChoiceMatch extends Candidate {
  readonly choice: string;
}

function choiceAt(text: string, at: number, choices: readonly string[]): ChoiceMatch | null {
  const choice = choices.find((candidate) => text.startsWith(candidate, at));
  return choice === undefined ? null : { start: at, end: at + choice.length, choice };
}

/** The choice with its end: `.`, `,`, `:`, a space or the end of the text, after optional `**`. */
function ended(text: string, match: ChoiceMatch | null): ChoiceMatch | null {
  if (!match) return null;
  const after = text.startsWith('**', match.end) ? match.end + 2 : match.end;
  const c = text.charAt(after);
  return c === '' || c === '.' || c === ',' || c === ':' || isSpaceAt(text, after)
    ? { ...match, end: Math.min(text.length, after + 1) }
    : null;
}

function surrounded(text: string, at: number, choices: readonly string[]): ChoiceMatch | null {
  const starts = at === 0 ? [0] : [];
  if (isSpaceAt(text, at)) starts.push(at + 1);
  for (const start of starts.flatMap((position) => (text.startsWith('**', position) ? [position + 2, position] : [position]))) {
    const match = ended(text, choiceAt(text, start, choices));
    if (match) return { ...match, start: at };
  }
  return null;
}

const STYLE = { multiline: false, skipSpace: true } as const;

/** Every choice in the text, in groups of falling priority (the number is the priority; lower is tried first). */
export function findChoices(
  text: string,
  choices: readonly string[],
  anchored: boolean,
): readonly (readonly [number, readonly ChoiceMatch[]])[] {
  const exact = (at: number): ChoiceMatch | null => choiceAt(text, at, choices);
  const around = (at: number): ChoiceMatch | null => surrounded(text, at, choices);
  const groups: [number, readonly ChoiceMatch[]][] = [
    [0, finalHopeMatches(text, exact)],
    [50, finalIsMatches(text, exact, STYLE)],
    [100, answerMatches(text, around, { ...STYLE, colon: true })],
    [200, answerMatches(text, around, { ...STYLE, colon: false })],
  ];
  if (anchored) return groups;
  const first = ended(text, choiceAt(text, text.startsWith('**') ? 2 : 0, choices));
  groups.push([250, first ? [{ ...first, start: 0 }] : []]);
  const anywhere: ChoiceMatch[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const match = surrounded(text, at, choices);
    if (!match) continue;
    anywhere.push(match);
    at = Math.max(at, match.end - 1);
  }
  groups.push([300, anywhere]);
  return groups;
}
