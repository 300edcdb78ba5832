// Finding the answer in a text and reading it.
// Every kind of candidate has patterns with priorities (lower is tried first); within one priority the rightmost candidate wins, and
// the first that can be read is the answer. The normalized text of the first candidate is kept besides, so that answers which nobody
// can read still compare as text. Priorities and order are Math-Verify's.
import { at } from '@vtriune/format/at';
import { remember } from '../../answer/remember.ts';
import {
  announcementsOf,
  answerMatches,
  finalHopeMatches,
  finalIsMatches,
  type AnchorStyle,
  type Announcements,
  type Candidate,
} from './anchors.ts';
import { parseArithmetic } from '../parse/arithmetic.ts';
import { spaceEnd } from '../characters.ts';
import { findChoices } from './choices.ts';
import { createEnvironmentReader, mayOpen, type Environment, type EnvironmentList } from './environments.ts';
import { MAX_MATH_LENGTH } from '../parse/lexer.ts';
import { DEFAULT_NORMALIZATION, normalizeLatex, type Normalization } from '../parse/normalize-latex.ts';
import { onlySymbols, parseLatex } from '../parse/parse-latex.ts';
import { createPlainReader, type PlainMatch } from './plain-numbers.ts';
import { parseDecimal } from '../numbers/rational.ts';
import { number, type Node } from '../ast.ts';

/** LaTeX in environments and boxes. */
export interface LatexTarget {
  readonly kind: 'latex';
  /** Also without "answer is" before it. */
  readonly withoutAnchor: boolean;
  /** When boxes are looked for: 0 first, 50 after "final answer is", -1 never. */
  readonly boxedPriority: number;
  readonly normalization: Normalization;
}
/** Numbers and arithmetic in running text. */
export interface ExpressionTarget {
  readonly kind: 'expression';
  readonly withoutAnchor: boolean;
}
/** Choice letters. */
export interface ChoiceTarget {
  readonly kind: 'choice';
  readonly choices: readonly string[];
  readonly lowercase: boolean;
  readonly withoutAnchor: boolean;
}
/** A kind of answer to look for. */
export type MathTarget = LatexTarget | ExpressionTarget | ChoiceTarget;

/** How answers are looked for. */
export interface ExtractionOptions {
  /** Default: LaTeX, then plain expressions. */
  readonly targets?: readonly MathTarget[];
  /** Give up after the best candidate of the best priority instead of trying further ones. */
  readonly firstMatchOnly?: boolean;
}

/** What was found: readable values first, then the normalized text of the first candidate. Empty where nothing was found. */
export interface MathAnswer {
  readonly values: readonly (Node | string)[];
  /** The text the value was read from; null where nothing was found. */
  readonly text: string | null;
}

/** Math-Verify's default LaTeX target. */
export const LATEX_TARGET: LatexTarget = { kind: 'latex', withoutAnchor: true, boxedPriority: 50, normalization: DEFAULT_NORMALIZATION };
/** Math-Verify's default target for plain numbers. */
export const EXPRESSION_TARGET: ExpressionTarget = { kind: 'expression', withoutAnchor: true };
/** Math-Verify's default target for choices. */
export const CHOICE_TARGET: ChoiceTarget = { kind: 'choice', choices: ['A', 'B', 'C', 'D'], lowercase: true, withoutAnchor: true };

/** Only this much of the end of a text is searched. */
export const MAX_TEXT_LENGTH = 16_000;

/** Candidates tried, and characters of unreadable ones spent, before giving up. */
const MAX_CANDIDATES = 12;
const MAX_UNREADABLE = 6_000;

interface Reading {
  readonly value: Node | string | null;
  readonly text: string;
}

interface Found extends Candidate {
  readonly read: () => Reading;
}

type Source = (priority: number) => readonly Found[];

/** Candidates of the priorities up to this one come after the word "answer", but for boxes. */
const LAST_ANCHORED = 200;
const ANYWHERE = 300;
const LATEX_STYLE: AnchorStyle = { multiline: true, skipSpace: true };
const PLAIN_STYLE: AnchorStyle = { multiline: false, skipSpace: false };

/** Readers are made where they are needed: most answers are found by the first. */
function once<T extends object>(make: () => T): () => T {
  let made: T | null = null;
  return () => (made ??= make());
}

function percentOf(node: Node): Node {
  return { kind: 'percent', arg: node };
}

function lastEquationSide(text: string): string | null {
  if (text.includes(',') || text.includes(';')) return null;
  const sides: string[] = [];
  let from = 0;
  for (let at = text.indexOf('='); at >= 0; at = text.indexOf('=', at + 1)) {
    if ('\\<!>'.includes(text.charAt(at - 1)) && at > 0) continue;
    sides.push(text.slice(from, at));
    from = at + 1;
  }
  return sides.length > 1 ? text.slice(from) : null;
}

/** Reads normalized LaTeX; of a chain that cannot be read as a whole, its last side. */
export function readLatex(text: string): Node | null {
  if (text.length > MAX_MATH_LENGTH) return null;
  const whole = parseLatex(text);
  if (whole) return whole;
  const last = lastEquationSide(text);
  return last === null ? null : parseLatex(last);
}

interface PartReading {
  readonly node: Node | null;
  readonly text: string;
}

/** How parts are read under one set of rules; `lastBox` opens but the last box of its text. */
interface PartReaders {
  readonly part: (content: string) => PartReading;
  readonly lastBox: (content: string) => PartReading;
}

/** Parts that are remembered, and their length. Many responses have the same short answer. */
const MOST_PARTS = 256;
const LONGEST_PART = 128;

function createPartReader(rules: Normalization): (content: string) => PartReading {
  return remember(
    (content) => {
      const text = normalizeLatex(content, rules);
      return { node: readLatex(text), text };
    },
    MOST_PARTS,
    LONGEST_PART,
  );
}

/** One pair for each set of rules, of which there are a few constant ones. */
const partReaders = new WeakMap<Normalization, PartReaders>();

function partReadersOf(rules: Normalization): PartReaders {
  const known = partReaders.get(rules);
  if (known) return known;
  const made = { part: createPartReader(rules), lastBox: createPartReader({ ...rules, boxed: 'last' }) };
  partReaders.set(rules, made);
  return made;
}

function readPart(part: Environment, rules: Normalization): PartReading {
  const read = partReadersOf(rules).part(part.content);
  return read.node && part.percent ? { node: percentOf(read.node), text: read.text } : read;
}

function readParts(list: EnvironmentList, rules: Normalization): Reading {
  const [single] = list.parts;
  if (single && list.parts.length === 1) {
    const { node, text } = readPart(single, rules);
    return { value: node, text };
  }
  const parts = list.parts.map((part) => readPart(part, rules));
  const nodes = parts.flatMap((part) => (part.node ? [part.node] : []));
  if (nodes.length === parts.length) {
    const items = nodes.flatMap((node) => (node.kind === 'set' ? node.items : [node]));
    return { value: { kind: 'set', items }, text: parts.map((part) => part.text).join(' and ') };
  }
  const first = at(parts, 0);
  return { value: first.node, text: first.text };
}

/** `\boxed{` up to the last `}` of the text. */
function bareBox(text: string, rules: Normalization): readonly Found[] {
  const start = text.indexOf('\\boxed{');
  const end = text.lastIndexOf('}') + 1;
  if (start < 0 || end < start + 9) return [];
  const read = (): Reading => {
    const part = partReadersOf(rules).lastBox(text.slice(start, end));
    return { value: part.node, text: part.text };
  };
  return [{ start, end, read }];
}

function isAnnounced(priority: number, words: Announcements): boolean {
  if (priority > LAST_ANCHORED) return false;
  return priority <= 50 ? words.finalAnswer : priority === 100 ? words.answerColon : words.answer;
}

function latexSource(text: string, target: LatexTarget, words: Announcements): Source {
  const rules = target.normalization;
  const reader = once(() => createEnvironmentReader(text));
  const listAt =
    (boxed: boolean) =>
    (position: number): Found | null => {
      if (!mayOpen(text, position)) return null;
      const list = reader().listAt(position, boxed);
      return list && { start: list.start, end: list.end, read: () => readParts(list, rules) };
    };
  const everywhere = (boxed: boolean): readonly Found[] => {
    const found: Found[] = [];
    const read = listAt(boxed);
    for (let at = 0; at < text.length; at += 1) {
      const list = read(at);
      if (!list) continue;
      found.push(list);
      at = list.end - 1;
    }
    return found;
  };
  const boxes = (): readonly Found[] => (text.includes('\\boxed') ? [...everywhere(true), ...bareBox(text, rules)] : []);
  const anywhere = listAt(false);
  const outsideBoxes = (priority: number): readonly Found[] => {
    if (priority <= LAST_ANCHORED && !isAnnounced(priority, words)) return [];
    if (priority === 0) return finalHopeMatches(text, anywhere);
    if (priority === 50) return finalIsMatches(text, anywhere, LATEX_STYLE);
    if (priority === 100) return answerMatches(text, anywhere, { ...LATEX_STYLE, colon: true });
    if (priority === 200) return answerMatches(text, anywhere, { ...LATEX_STYLE, colon: false });
    return priority === ANYWHERE && target.withoutAnchor ? everywhere(false) : [];
  };
  return (priority) => (priority === target.boxedPriority ? [...outsideBoxes(priority), ...boxes()] : outsideBoxes(priority));
}

function readPlain(match: PlainMatch): Reading {
  if (match.arithmetic) {
    const written = match.text.replace(/\**$/, '');
    return { value: parseArithmetic(written.split('\n').join(' ')), text: match.text };
  }
  const value = parseDecimal(match.text);
  const node = value && number(value, match.text.includes('.'));
  return { value: node && match.percent ? percentOf(node) : node, text: match.text };
}

/** Characters at the end of a text that are searched for plain numbers first. */
const NEAR_END = 2_000;
const EQUALS_NEXT = /\s*=/y;
const DIGIT = /\d/;

function plainSource(text: string, target: ExpressionTarget): Source {
  const reader = once(() => createPlainReader(text));
  const withRead = (match: PlainMatch | null): Found | null =>
    match && { start: match.start, end: match.end, read: () => readPlain(match) };
  const either = (at: number): PlainMatch | null => reader().arithmeticAt(at) ?? reader().numberAt(at);
  const unequalled = (at: number): Found | null => {
    const match = either(at);
    if (!match) return null;
    EQUALS_NEXT.lastIndex = match.end;
    return EQUALS_NEXT.test(text) ? null : withRead(match);
  };
  const within = (from: number, read: (at: number) => PlainMatch | null): readonly Found[] => {
    const found: Found[] = [];
    for (let at = from; at < text.length; at += 1) {
      const match = withRead(read(at));
      if (!match) continue;
      found.push(match);
      at = Math.max(at, match.end - 1);
    }
    return found;
  };
  // The rightmost number counts, so the end of a long text is usually all that must be read.
  const everywhere = (read: (at: number) => PlainMatch | null): readonly Found[] => {
    const near = within(Math.max(0, text.length - NEAR_END), read);
    return near.length > 0 || text.length <= NEAR_END ? near : within(0, read);
  };
  return (priority) => {
    if (priority === 0) return finalHopeMatches(text, (at) => withRead(either(at)));
    if (priority === 50) return finalIsMatches(text, (at) => withRead(either(at)), PLAIN_STYLE);
    if (priority === 100 || priority === 200) {
      const colon = priority === 100;
      return answerMatches(text, unequalled, { ...PLAIN_STYLE, colon, preferred: (at) => behindEquals(text, at, unequalled) });
    }
    return priority === ANYWHERE && target.withoutAnchor ? [...everywhere(reader().arithmeticAt), ...everywhere(reader().numberAt)] : [];
  };
}

/** After "answer", the value after the last `=` within 100 characters is preferred to the first number within 50. */
function behindEquals(text: string, start: number, read: (at: number) => Found | null): Found | null {
  const line = at(text.slice(start, start + 101).split('\n', 1), 0);
  for (let equals = line.lastIndexOf('='); equals >= 0; equals = equals === 0 ? -1 : line.lastIndexOf('=', equals - 1)) {
    const from = start + equals + 1;
    const end = spaceEnd(text, from);
    const found = end > from ? read(end - 1) : null;
    if (found) return found;
  }
  return null;
}

function choiceSource(text: string, target: ChoiceTarget): Source {
  const groups = new Map(findChoices(text, target.choices, !target.withoutAnchor));
  return (priority) =>
    (groups.get(priority) ?? []).map((match) => ({
      ...match,
      read: () => ({ value: target.lowercase ? match.choice.toLowerCase() : match.choice, text: match.choice }),
    }));
}

function sourceOf(text: string, target: MathTarget, words: Announcements): Source {
  if (target.kind === 'latex') return latexSource(text, target, words);
  return target.kind === 'expression' ? plainSource(text, target) : choiceSource(text, target);
}

/** A cheap test that rules out most kinds of candidates: the words must be there, and a digit for plain numbers. */
function mayHave(text: string, target: MathTarget, asked: { readonly priority: number; readonly words: Announcements }): boolean {
  const { priority, words } = asked;
  if (target.kind === 'choice') return true;
  const anywhere = priority === ANYWHERE && target.withoutAnchor;
  if (target.kind === 'latex' && priority === target.boxedPriority) return true;
  return (anywhere || isAnnounced(priority, words)) && (target.kind === 'latex' || DIGIT.test(text));
}

/** The candidates of one priority, the rightmost first; a source is made where it is first asked. */
function createSearch(text: string, targets: readonly MathTarget[]): Source {
  const words = announcementsOf(text);
  const sources: (Source | undefined)[] = targets.map(() => undefined);
  return (priority) => {
    let found: readonly Found[] = [];
    targets.forEach((target, index) => {
      if (!mayHave(text, target, { priority, words })) return;
      const source = (sources[index] ??= sourceOf(text, target, words));
      found = [...found, ...source(priority)];
    });
    return found.length > 1 ? [...found].sort((a, b) => b.end - a.end || a.start - b.start) : found;
  };
}

const PRIORITIES: readonly number[] = [0, 50, 100, 200, 250, ANYWHERE];

function hasOwnPriority(target: MathTarget): boolean {
  return target.kind === 'latex' && target.boxedPriority >= 0 && !PRIORITIES.includes(target.boxedPriority);
}

function prioritiesOf(targets: readonly MathTarget[]): readonly number[] {
  if (!targets.some(hasOwnPriority)) return PRIORITIES;
  const own = targets.flatMap((target) => (target.kind === 'latex' && target.boxedPriority >= 0 ? [target.boxedPriority] : []));
  return [...new Set([...PRIORITIES, ...own])].sort((a, b) => a - b);
}

/** A text that is one equation and nothing else, without LaTeX around it: `3x+y=4`. Reading only its last number would lose the rest. */
function bareEquation(text: string): MathAnswer | null {
  if (text.length > 200 || !text.includes('=') || /[$\\:]|[a-z]{2}/i.test(text)) return null;
  const normal = normalizeLatex(text, DEFAULT_NORMALIZATION);
  const node = parseLatex(normal);
  return node?.kind === 'relation' && !onlySymbols(node.left) ? { values: [node, normal], text: normal } : null;
}

/** The part of a text that is searched: its last MAX_TEXT_LENGTH characters. */
export function endOf(text: string): string {
  return text.length > MAX_TEXT_LENGTH ? text.slice(-MAX_TEXT_LENGTH) : text;
}

/** Finds and reads the answer in a text; only the last MAX_TEXT_LENGTH characters count. Never throws. */
export function extractMath(input: string, options: ExtractionOptions = {}): MathAnswer {
  const text = endOf(input);
  const targets = options.targets ?? [LATEX_TARGET, EXPRESSION_TARGET];
  const equation = targets.some((target) => target.kind === 'expression' && target.withoutAnchor) ? bareEquation(text) : null;
  if (equation) return equation;
  const search = createSearch(text, targets);
  let fallback: string | null = null;
  let unreadable = 0;
  for (const priority of prioritiesOf(targets)) {
    const found = search(priority);
    for (const candidate of found) {
      const { value, text: read } = candidate.read();
      if (fallback === null && read !== '') fallback = read;
      if (value !== null) return { values: fallback === null ? [value] : [value, fallback], text: read };
      unreadable += read.length + MAX_UNREADABLE / MAX_CANDIDATES;
      if (options.firstMatchOnly || unreadable > MAX_UNREADABLE) break;
    }
    if ((options.firstMatchOnly && found.length > 0) || unreadable > MAX_UNREADABLE) break;
  }
  return { values: fallback === null ? [] : [fallback], text: fallback };
}
