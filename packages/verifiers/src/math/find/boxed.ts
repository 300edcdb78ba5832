// Finding the contents of \boxed{...} and \fbox{...} by scanning braces from the right, in linear time.
import { isSpaceAt } from '../characters.ts';

/** `last`: the last box, joined with earlier ones only if they are close; `all`: every box. */
export type BoxMode = 'last' | 'all';

const SEPARATOR = /\b(?:and|or)\b|,|;/;

function closingBrace(text: string, open: number, limit: number): number {
  let depth = 1;
  for (let i = open + 1; i < limit; i += 1) {
    if (text[i] === '{') depth += 1;
    else if (text[i] === '}') {
      depth -= 1;
      if (depth === 0) return i;
    }
  }
  return -1;
}

interface Box {
  readonly start: number;
  readonly length: number;
}

/** Walks the box commands from right to left; remembers a kind that has run out, so that no text is scanned twice. */
function createFinder(text: string): (before: number) => Box | null {
  const found = new Map<string, number>();
  const previous = (command: string, before: number): number => {
    const known = found.get(command);
    if (known !== undefined && known < before) return known;
    const index = before <= 0 ? -1 : text.lastIndexOf(command, before - command.length);
    found.set(command, before < command.length ? -1 : index);
    return found.get(command) ?? -1;
  };
  return (before) => {
    const [boxed, framed] = [previous('\\boxed', before), previous('\\fbox', before)];
    if (boxed < 0 && framed < 0) return null;
    return boxed > framed ? { start: boxed, length: 6 } : { start: framed, length: 5 };
  };
}

function belongsTogether(between: string, content: string, next: string): boolean {
  return between.length < 10 || (content !== next && between.length < 70 && SEPARATOR.test(between));
}

function skipSpace(text: string, from: number, limit: number): number {
  let at = from;
  while (at < limit && isSpaceAt(text, at)) at += 1;
  return at;
}

/** The contents of the boxes in a text, joined by commas in reading order; the text itself where it has none. */
export function boxedContent(text: string, mode: BoxMode): string {
  if (!text.includes('\\boxed') && !text.includes('\\fbox')) return text;
  const find = createFinder(text);
  const results: string[] = [];
  let limit = text.length;
  let nextStart = -1;
  for (let box = find(text.length); box; box = find(box.start)) {
    const open = skipSpace(text, box.start + box.length, limit);
    if (open >= limit) break;
    const close = text[open] === '{' ? closingBrace(text, open, limit) : -1;
    if (close < 0) {
      if (results.length === 0) results.push(text.slice(open));
      break;
    }
    const content = text.slice(open + 1, close).trim();
    const latest = results.at(-1);
    if (mode === 'last' && nextStart >= 0 && !belongsTogether(text.slice(close + 1, nextStart), content, latest ?? '')) break;
    if (latest !== content) results.push(content);
    nextStart = box.start;
    limit = box.start;
  }
  return results.length === 0 ? text : results.reverse().join(',');
}
