/** MEGA-Bench's comparisons of sets, lists and dicts. */
import { distinct, equal, get, hashKey, isDict, isListOrTuple, numberOf, repr, str, type PyDict, type PyValue } from '../python/value.ts';
import { listItems, setItems, toDict, toSet } from './conversions.ts';
import { exact } from './metric-text.ts';

const SLACK = /[ \-\n\t_.]/g;

function sameSet(a: readonly PyValue[] | null, b: readonly PyValue[] | null): boolean {
  if (a === null || b === null) return a === b;
  return a.length === b.length && common(a, b) === a.length;
}

function common(a: readonly PyValue[], b: readonly PyValue[]): number {
  const keys = new Set(b.map(hashKey));
  return a.filter((item) => keys.has(hashKey(item))).length;
}

/** Equal sets. */
export function setEquality(response: PyValue, right: PyValue): number {
  return Number(sameSet(toSet(response), toSet(right)));
}

/** Equal sets of texts but for case. */
export function setEqualityIgnoringCase(response: PyValue, right: PyValue): number {
  const [answered, expected] = [response, right].map((value) => upperTexts(toSet(value) ?? []));
  return Number(answered !== undefined && expected !== undefined && sameSet(answered, expected));
}

function upperTexts(items: readonly PyValue[]): PyValue[] | undefined {
  return items.every((item) => typeof item === 'string') ? distinct(items.map((item) => item.toUpperCase())) : undefined;
}

function lowerTexts(items: readonly PyValue[]): PyValue[] {
  return distinct(items.map((item) => (typeof item === 'string' ? item.toLowerCase() : item)));
}

/** Equal sets of lines but for case. */
export function lineSetEquality(response: PyValue, right: PyValue): number {
  if (typeof response !== 'string' || typeof right !== 'string') return 0;
  const lines = (text: string): PyValue[] => lowerTexts(text.replaceAll('\\n', '\n').split('\n'));
  return Number(sameSet(lines(response), lines(right)));
}

/** Equal sets of the parts between commas, but for case. */
export function commaSetEquality(response: PyValue, right: PyValue): number {
  return Number(sameSet(lowerTexts(setItems(response) ?? []), lowerTexts(setItems(right) ?? [])));
}

function jaccardOf(a: readonly PyValue[], b: readonly PyValue[]): number {
  const both = common(a, b);
  const union = a.length + b.length - both;
  return union === 0 ? 1 : both / union;
}

/** Shared items over all items. */
export function jaccard(response: PyValue, right: PyValue): number {
  return response === null ? 0 : jaccardOf(toSet(response) ?? [], toSet(right) ?? []);
}

/** The same but for case; in tuples, also but for blanks, hyphens, underscores and full stops. The kind of the first right item decides. */
export function jaccardIgnoringCase(response: PyValue, right: PyValue): number {
  const expected = toSet(right) ?? [];
  const [first] = expected;
  if (response === null || first === undefined) return 0;
  const answered = toSet(response) ?? [];
  if (typeof first === 'string') {
    if (!expected.every((item) => typeof item === 'string')) return 0;
    return jaccardOf(distinct(answered.map((item) => str(item).toLowerCase())), lowerTexts(expected));
  }
  if (!isListOrTuple(first)) return 0;
  const [a, b] = [answered, expected].map((items) => items.map(slackTuple));
  if (a === undefined || b === undefined || a.includes(undefined) || b.includes(undefined)) return 0;
  return jaccardOf(distinct(a as PyValue[]), distinct(b as PyValue[]));
}

function slackTuple(item: PyValue): PyValue | undefined {
  const parts = typeof item === 'string' ? [...item] : isListOrTuple(item) ? item.items : undefined;
  if (parts?.every((part) => typeof part === 'string') !== true) return undefined;
  return { type: 'tuple', items: parts.map((part) => String(part).toLowerCase().replace(SLACK, '')) };
}

/** Shared items over the answered ones. */
export function setPrecision(response: PyValue, right: PyValue): number {
  if (response === null) return 0;
  const answered = toSet(response) ?? [];
  return answered.length === 0 ? 1 : common(answered, toSet(right) ?? []) / answered.length;
}

/** Shared chess moves over all; marks of mate and praise do not count. */
export function chessMoves(response: PyValue, right: PyValue): number {
  if (response === null) return 0;
  const [answered, expected] = [response, right].map((value) => (setItems(value) ?? []).map(plainMove));
  if (answered === undefined || expected === undefined || [...answered, ...expected].includes(undefined)) return 0;
  return jaccardOf(distinct(answered as PyValue[]), distinct(expected as PyValue[]));
}

function plainMove(move: PyValue): PyValue | undefined {
  return typeof move === 'string' ? move.replace(/!$/, '').replace(/#$/, '') : undefined;
}

/** How much of the right list is the start of the answered one. */
export function commonPrefix(response: PyValue, right: PyValue): number {
  const answered = listItems(response) ?? [];
  const expected = listItems(right) ?? [];
  if (expected.length === 0) return 0;
  const differs = expected.findIndex((item, index) => {
    const own = answered[index];
    return own === undefined || !equal(own, item);
  });
  return (differs < 0 ? expected.length : differs) / expected.length;
}

/** Equal lists. */
export function sequenceEquality(response: PyValue, right: PyValue): number {
  const [answered, expected] = [listItems(str(response)), listItems(right)];
  if (answered === null || expected === null) return Number(answered === expected);
  return Number(sameList(answered, expected));
}

/** Equal lists but for case. */
export function sequenceEqualityIgnoringCase(response: PyValue, right: PyValue): number {
  const expected = listItems(right) ?? [];
  if (!expected.every((item) => typeof item === 'string')) return 0;
  const answered = (listItems(str(response)) ?? []).map((item) => (typeof item === 'string' ? item.toLowerCase() : repr(item)));
  return Number(sameList(answered, expected.map((item) => item.toLowerCase()))); // prettier-ignore
}

function sameList(a: readonly PyValue[], b: readonly PyValue[]): boolean {
  return equal({ type: 'list', items: a }, { type: 'list', items: b });
}

/** Share of places with the right item, texts but for case; 0 for a list of another length. */
export function sequenceAccuracy(response: PyValue, right: PyValue): number {
  const answered = listItems(response) ?? [];
  const expected = listItems(right) ?? [];
  if (answered.length !== expected.length || expected.length === 0) return 0;
  let correct = 0;
  for (const [index, item] of expected.entries()) {
    const own = answered[index] ?? null;
    if (typeof item === 'string') {
      if (typeof own !== 'string') return 0;
      correct += Number(own.toLowerCase() === item.toLowerCase());
    } else correct += Number(numberOf(item) !== undefined && numberOf(item) === numberOf(own));
  }
  return correct / expected.length;
}

type Metric = (response: PyValue, right: PyValue) => number;
const NOTHING: PyValue = { type: 'list', items: [] };

/** The mean of a metric over the keys of either dict; what is missing counts as an empty list. */
export function overAllKeys(metric: Metric): Metric {
  return (response, right) => {
    const dicts = bothDicts(response, right);
    if (dicts === undefined) return 0;
    const keys = distinct([...dicts.answered.entries, ...dicts.expected.entries].map(([key]) => key));
    const fieldOf = (dict: PyDict, key: PyValue): PyValue => {
      const own = valueOf(dict, key);
      return own === undefined ? NOTHING : own;
    };
    const sum = keys.reduce((total, key) => total + metric(fieldOf(dicts.answered, key), fieldOf(dicts.expected, key)), 0);
    return keys.length === 0 ? 0 : sum / keys.length;
  };
}

/** Share of the right fields that are answered exactly. */
export function dictRecall(response: PyValue, right: PyValue): number {
  const dicts = bothDicts(response, right);
  if (dicts === undefined || dicts.expected.entries.length === 0) return 0;
  const { answered, expected } = dicts;
  return expected.entries.reduce((sum, [key, own]) => sum + exact(valueOf(answered, key) ?? null, own), 0) / expected.entries.length;
}

/** Share of the answered fields that are exactly right. */
export function dictPrecision(response: PyValue, right: PyValue): number {
  const dicts = bothDicts(response, right);
  if (dicts === undefined || dicts.answered.entries.length === 0) return 0;
  const { answered, expected } = dicts;
  const matched = answered.entries.filter(([key, own]) => {
    const wanted = valueOf(expected, key);
    return wanted !== undefined && exact(own, wanted) === 1;
  });
  return matched.length / answered.entries.length;
}

/** Equal dicts. */
export function dictEquality(response: PyValue, right: PyValue): number {
  const answered = toDict(response);
  return Number(isDict(answered) && equal(answered, toDict(right)));
}

function bothDicts(response: PyValue, right: PyValue): { answered: PyDict; expected: PyDict } | undefined {
  const answered = toDict(response);
  const expected = toDict(right);
  return isDict(answered) && isDict(expected) ? { answered, expected } : undefined;
}

function valueOf(dict: PyDict, key: PyValue): PyValue | undefined {
  return typeof key === 'string' ? get(dict, key) : dict.entries.find(([own]) => equal(own, key))?.[1];
}
