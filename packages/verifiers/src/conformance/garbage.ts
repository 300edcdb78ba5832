/**
 * Seeded nonsense: what models write when they go wrong. Random pieces of every syntax the built-in verifiers read, long runs,
 * odd characters, and right answers with a few edits.
 */
import { at } from '@vtriune/format/at';

/** Numbers in [0, 1). */
export type Random = () => number;

/** A small seeded generator (mulberry32). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const PIECES: readonly string[] = [
  ...[
    '<think>',
    '<think>\n',
    '\n</think>\n',
    '</think>',
    '<answer>',
    '\n<answer>\n',
    '\n</answer>',
    '</answer>',
    '```json\n',
    '\n```',
    '\n',
    ' ',
    '\t',
  ],
  ...[
    '\\boxed{',
    '\\boxed',
    '\\fbox{',
    '}',
    '{',
    '[',
    ']',
    '(',
    ')',
    '[[',
    ']]',
    '"',
    "'",
    '`',
    '$',
    '$$',
    '**',
    '\\',
    '\\\\',
    ',',
    ':',
    '.',
    '%',
    '},',
  ],
  ...[
    '{"bbox_2d": [',
    '"bbox_2d"',
    '"label": "',
    '{"bbox_2d": [1, 2, 30, 40], "label": "cat"}',
    '"point_2d": [5, 6]',
    '[1, 2, 3, 4]',
    '(1,2),(3,4)',
  ],
  ...[
    '0',
    '7',
    '12',
    '-3',
    '1e308',
    '1e999',
    '-1e-9',
    '0.5',
    '99999999999999999999',
    '1/0',
    '3/4',
    '12%',
    '1,000',
    'NaN',
    'Infinity',
    'null',
    'true',
    'None',
  ],
  ...[
    '\\frac{1}{2}',
    '\\frac{',
    '\\sqrt{2}',
    '\\pi',
    '^{',
    '2^{2^{2^{9}}}',
    '99!',
    '!!',
    '\\cup',
    '\\infty',
    '\\text{',
    '\\begin{pmatrix}',
    '\\pm',
    'x=',
    '<',
    '\\le',
  ],
  ...[
    'seven',
    'twenty-one',
    'no',
    'A',
    '(B)',
    'C.',
    'A or B',
    'option D',
    'the answer is',
    'The answer is: ',
    'final answer',
    'cat',
    'a dog',
    'π',
    '中文',
    '🙂',
  ],
  ...[
    '\u0000',
    '\u202e',
    '\ufeff',
    '\ud800',
    'İ',
    'ß',
    '\u00a0',
    '−',
    '“',
    '”',
    '__proto__',
    'constructor',
    '{"__proto__": [1,2,3,4]}',
    '<script>',
    '%s',
    '; DROP',
  ],
];

/** One nonsense text; now and then a long one, up to about 20,000 characters. */
export function garbageText(random: Random): string {
  const pick = (): string => at(PIECES, Math.floor(random() * PIECES.length));
  const kind = random();
  if (kind < 0.02) return '';
  if (kind < 0.03) return pick().repeat(Math.floor(random() * 1000));
  return Array.from({ length: Math.ceil(random() * (kind < 0.04 ? 400 : 24)) }, pick).join(random() < 0.3 ? ' ' : '');
}

/** A text with one to six random edits: pieces inserted, parts cut, doubled, moved or changed in case. */
export function mutateText(text: string, random: Random): string {
  let mutated = text;
  for (let edits = Math.ceil(random() * 6); edits > 0; edits--) mutated = editOnce(mutated, random);
  return mutated;
}

function editOnce(text: string, random: Random): string {
  const [a, b] = [Math.floor(random() * (text.length + 1)), Math.floor(random() * (text.length + 1))];
  const [start, end] = a < b ? [a, b] : [b, a];
  const piece = at(PIECES, Math.floor(random() * PIECES.length));
  switch (Math.floor(random() * 7)) {
    case 0:
      return text.slice(0, start) + text.slice(Math.min(end, start + 8));
    case 1:
      return text.slice(0, end) + text.slice(start);
    case 2:
      return text.slice(0, start);
    case 3:
      return text.slice(start, end).toUpperCase() + text.slice(0, start) + text.slice(end);
    case 4:
      return text.slice(0, start) + String(Math.floor((random() - 0.3) * 1200)) + text.slice(start + 1);
    default:
      return text.slice(0, start) + piece + text.slice(start);
  }
}
