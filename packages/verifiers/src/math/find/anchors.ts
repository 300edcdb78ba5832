// The words before an answer: "final answer is X", "answer: X". Every candidate kind (LaTeX, number, choice) is looked for after
// them in the same way; only what is read after the words differs.
import { isSpaceAt, spaceEnd } from '../characters.ts';

/** What is at a place where a candidate may start; `end` is the position after it. */
export interface Candidate {
  readonly start: number;
  readonly end: number;
}

/** Reads a candidate that starts exactly at a position. */
export type ReadAt<T extends Candidate> = (position: number) => T | null;

/** Only the last ones are looked at; the rightmost candidate wins anyway. */
const MAX_ANCHORS = 40;
const ANSWER = /answer/gi;
const FINAL = /final answer/gi;
const HOPE = /\.?\s?I hope/y;
const LINE_BREAKS = '\n';

function positionsOf(text: string, words: RegExp): number[] {
  const ends: number[] = [];
  words.lastIndex = 0;
  for (let match = words.exec(text); match; match = words.exec(text)) ends.push(match.index + match[0].length);
  return ends.slice(-MAX_ANCHORS);
}

/** Non-overlapping matches from left to right: `find` is asked at each anchor position not yet consumed. */
function collect<T extends Candidate>(positions: readonly number[], find: (anchorEnd: number) => T | null): T[] {
  const found: T[] = [];
  let consumed = 0;
  for (const position of positions) {
    if (position <= consumed) continue;
    const candidate = find(position);
    if (!candidate) continue;
    found.push(candidate);
    consumed = candidate.end;
  }
  return found;
}

/** How a kind of candidate is joined to the words before it. */
export interface AnchorStyle {
  /** A line break may be between the words and the candidate. */
  readonly multiline: boolean;
  /** Spaces between "is" and the candidate are skipped (LaTeX, choices) or belong to the candidate (numbers). */
  readonly skipSpace: boolean;
}

/** Which of the words occur in a text. Where they do not, nothing is to be found after them. */
export interface Announcements {
  readonly answer: boolean;
  /** "answer:". */
  readonly answerColon: boolean;
  readonly finalAnswer: boolean;
}

const UNANNOUNCED: Announcements = { answer: false, answerColon: false, finalAnswer: false };

/** Looks for the words once, so that they need not be looked for after every kind of candidate. */
export function announcementsOf(text: string): Announcements {
  return /answer/i.test(text) ? { answer: true, answerColon: /answer:/i.test(text), finalAnswer: /final answer/i.test(text) } : UNANNOUNCED;
}

/** "final answer is X. I hope": the most specific anchor. */
export function finalHopeMatches<T extends Candidate>(text: string, read: ReadAt<T>): T[] {
  return collect(positionsOf(text, FINAL), (end) => {
    const is = text.slice(end, end + 3).toLowerCase() === ' is' ? end + 3 : -1;
    if (is < 0) return null;
    const colon = text[is] === ':' ? is + 1 : is;
    const candidate = read(spaceEnd(text, colon)) ?? read(Math.max(colon, spaceEnd(text, colon) - 1));
    if (!candidate) return null;
    HOPE.lastIndex = candidate.end;
    return HOPE.test(text) ? { ...candidate, end: HOPE.lastIndex } : null;
  });
}

/** "final answer ... is X" with at most 100 characters in between. */
export function finalIsMatches<T extends Candidate>(text: string, read: ReadAt<T>, style: AnchorStyle): T[] {
  return collect(positionsOf(text, FINAL), (end) => {
    const limit = limitOf(text, { from: end, distance: 100, multiline: style.multiline });
    for (let at = end; at <= limit; at += 1) {
      if (!isSpaceAt(text, at)) continue;
      const word = spaceEnd(text, at);
      const is = text.startsWith('is', word) ? word + 2 : -1;
      if (is > 0) {
        const colon = text[is] === ':' ? is + 1 : is;
        const candidate =
          read(style.skipSpace ? spaceEnd(text, colon) : colon) ??
          (style.skipSpace ? read(Math.max(colon, spaceEnd(text, colon) - 1)) : null);
        if (candidate) return candidate;
      }
      at = word - 1;
    }
    return null;
  });
}

interface Reach {
  readonly from: number;
  readonly distance: number;
  readonly multiline: boolean;
}

function limitOf(text: string, { from, distance, multiline }: Reach): number {
  const limit = Math.min(text.length, from + distance);
  if (multiline) return limit;
  const line = text.slice(from, limit).indexOf(LINE_BREAKS);
  return line < 0 ? limit : from + line;
}

/** Options of `answerMatches`. */
export interface AnswerOptions<T extends Candidate> extends AnchorStyle {
  /** The word must be followed by a colon. */
  readonly colon: boolean;
  /** Tried first, at the position after the words. */
  readonly preferred?: ReadAt<T>;
}

/** "answer: X" or "answer X" with at most 50 characters in between. */
export function answerMatches<T extends Candidate>(text: string, read: ReadAt<T>, options: AnswerOptions<T>): T[] {
  return collect(positionsOf(text, ANSWER), (end) => {
    if (options.colon && text[end] !== ':') return null;
    const from = options.colon ? end + 1 : end;
    const preferred = options.preferred?.(from);
    if (preferred) return preferred;
    const limit = limitOf(text, { from, distance: 50, multiline: options.multiline });
    for (let at = from; at <= limit; at += 1) {
      const candidate = read(at);
      if (candidate) return candidate;
    }
    return null;
  });
}
