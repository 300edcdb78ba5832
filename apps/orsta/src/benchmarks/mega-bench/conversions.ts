/** MEGA-Bench's ways of turning an answer into a set, a list, a dict, boxes or points. What Python would raise an error for is `undefined`. */
import { parseFloatText } from '../python/float.ts';
import { parseJson } from '../python/json.ts';
import { literalEval } from '../python/literal.ts';
import { distinct, isDict, isListOrTuple, numberOf, type PyDict, type PySequence, type PyValue } from '../python/value.ts';
import { strip } from '../text/python-text.ts';
import { findJson } from './find-json.ts';

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '{': '}', '[': ']' };

/** The items of a list written as text; null for the text `None`, which is no list. A value that is no text has none. */
export function listItems(value: PyValue): readonly PyValue[] | null {
  if (typeof value !== 'string') return [];
  const text = strip(value, ' ');
  const closing = CLOSING[text.charAt(0)];
  if (text === '' || (closing !== undefined && !text.endsWith(closing))) return [];
  const literal = literalEval(text);
  if (literal === undefined) return (closing === undefined ? text : text.slice(1, -1)).split(',').map((item) => item.trim());
  if (literal === null) return null;
  return itemsOf(literal) ?? [literal];
}

/** The distinct items of a set written as text; lists inside cannot be in a set, and then it is empty. */
export function setItems(value: PyValue): readonly PyValue[] | null {
  const items = listItems(value);
  return items === null || !items.some(unhashable) ? items && distinct(items) : [];
}

/** A value as a set: sequences and dicts by their items, texts by what they say. Null for the text `None`. */
export function toSet(value: PyValue): readonly PyValue[] | null {
  const items = isDict(value) ? dictItems(value) : typeof value === 'object' && value !== null ? itemsOf(value) : undefined;
  return items === undefined ? setItems(value) : distinct(items.map(freeze));
}

/** A value as a dict: texts by the structure in them, if there is one; values of a dict likewise. */
export function toDict(value: PyValue): PyValue {
  if (typeof value === 'object' && value !== null && value.type === 'dict')
    return { type: 'dict', entries: value.entries.map(([key, own]) => [key, toDict(own)]) };
  if (typeof value !== 'string') return value;
  const found = findJson(value);
  const empty = (isDict(found) && found.entries.length === 0) || (isListOrTuple(found) && found.items.length === 0);
  return empty ? value : found;
}

/** What Python iterates over: items, keys of a dict, characters of a text. */
function itemsOf(value: PyValue): readonly PyValue[] | undefined {
  if (typeof value === 'string') return [...value];
  if (typeof value !== 'object' || value === null) return undefined;
  switch (value.type) {
    case 'int':
    case 'float':
      return undefined;
    case 'dict':
      return value.entries.map(([key]) => key);
    default:
      return value.items;
  }
}

function dictItems(value: PyDict): PyValue[] {
  return value.entries.map((entry): PySequence => ({ type: 'tuple', items: entry }));
}

function freeze(value: PyValue): PyValue {
  if (isDict(value)) return { type: 'set', items: dictItems(value).map(freeze) };
  return isListOrTuple(value) ? { type: 'tuple', items: value.items.map(freeze) } : value;
}

function unhashable(value: PyValue): boolean {
  if (typeof value !== 'object' || value === null || value.type === 'int' || value.type === 'float') return false;
  return value.type === 'tuple' ? value.items.some(unhashable) : true;
}

/** Four numbers. */
export type Corners = readonly number[];

// `None` is a literal, so that `??` would not do.
function literalOrJson(text: string): PyValue | undefined {
  const literal = literalEval(text);
  return literal === undefined ? parseJson(text) : literal;
}

/** Boxes written as text, those that are four numbers; undefined where it is a lone number. */
export function boxesOf(value: PyValue): Corners[] | undefined {
  if (typeof value !== 'string') return [];
  const found = literalOrJson(value);
  if (found === undefined) return [];
  if (typeof found === 'string') return [];
  if (!isListOrTuple(found)) return isSized(found) ? [] : undefined;
  const [first] = found.items;
  const list = found.items.length === 4 && first !== undefined && numberOf(first) !== undefined ? [found] : found.items;
  return list.flatMap((item) => numbers(item, 4) ?? []);
}

/** A dict or set that the authors' code finds no box in; at one of four entries it asks for the first, and that is an error. */
function isSized(value: PyValue): boolean {
  const items = itemsOf(value);
  return items !== undefined && items.length !== 4;
}

/** Items of a list or tuple as `[x, y]` pairs; those that are no two numbers are passed over. Undefined where the text is no list. */
export function pairsOf(value: PyValue): Corners[] | undefined {
  if (typeof value !== 'string') return [];
  const found = literalOrJson(value);
  if (found === undefined) return [];
  const items = itemsOf(found);
  return items?.flatMap((item) => numbers(item, 2) ?? []);
}

/** Wrapped, so that `flatMap` keeps the numbers together. */
function numbers(value: PyValue, length: number): [Corners] | undefined {
  if (!isListOrTuple(value) || value.items.length !== length) return undefined;
  const found = value.items.map(numberOf).filter((number) => number !== undefined);
  return found.length === length ? [found] : undefined;
}

/** The lists of a list as numbers, of whatever length; undefined where one is no list of numbers. */
export function numberRows(value: PySequence): Corners[] | undefined {
  const rows = value.items.map((item) => (isListOrTuple(item) ? item.items.map(numberOf) : undefined));
  return rows.some((row) => row === undefined || row.includes(undefined)) ? undefined : (rows as Corners[]);
}

/** Boxes as `<box>x1, y1, x2, y2</box>`. */
export function xmlBoxes(text: PyValue): Corners[] {
  if (typeof text !== 'string') return [];
  return [...text.matchAll(/<box>(.*?)<\/box>/g)].flatMap(([, inner = '']) => {
    const found = inner.split(',').map(parseFloatText).filter((number) => number !== undefined); // prettier-ignore
    return found.length === 4 && inner.split(',').length === 4 ? [found] : [];
  });
}

/** The point as `<point>x, y</point>`; undefined where there is none, more than one, or not two numbers. */
export function xmlPoint(text: PyValue): Corners | undefined {
  const found = typeof text === 'string' ? [...text.matchAll(/<point>(.*?)<\/point>/g)] : [];
  const parts = found.length === 1 ? (found[0]?.[1] ?? '').split(',') : [];
  const point = parts.map(parseFloatText).filter((number) => number !== undefined);
  return parts.length === 2 && point.length === 2 ? point : undefined;
}
