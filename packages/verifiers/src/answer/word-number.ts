// English number words: "seven", "one hundred and five", "two dozen", "minus four".

const UNITS: readonly string[] =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS: readonly string[] = '_ _ twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const SCALES: ReadonlyMap<string, number> = new Map([
  ['hundred', 100],
  ['dozen', 12],
  ['thousand', 1000],
  ['million', 1_000_000],
]);
const WORDS: ReadonlySet<string> = new Set([...UNITS, ...TENS.slice(2), ...SCALES.keys()]);
/** A word that is a number or a part of one. */
export const WORD_NUMBER = new RegExp(`\\b(?:${[...WORDS].join('|')})\\b`, 'gi');

/** Reads a whole text as number words; `undefined` when it is anything else. "no" and "none" are 0. */
export function wordNumber(text: string): number | undefined {
  const words = text.toLowerCase().split(/[\s-]+/);
  const negative = words[0] === 'minus' || words[0] === 'negative';
  const counted = withArticle(words.slice(negative ? 1 : 0).filter((word) => word !== 'and'));
  const value = counted.length === 0 ? undefined : sumOfWords(counted);
  return value !== undefined && negative ? -value : value;
}

// "a dozen", "a hundred".
function withArticle(words: readonly string[]): readonly string[] {
  const [first, second = ''] = words;
  if (first === 'half' && second === 'a' && words[2] === 'dozen') return ['six', ...words.slice(3)];
  if (first === 'dozen' && words.length === 1) return ['one', 'dozen'];
  return (first === 'a' || first === 'an') && SCALES.has(second) ? ['one', ...words.slice(1)] : words;
}

function sumOfWords(words: readonly string[]): number | undefined {
  if (words.length === 1 && (words[0] === 'no' || words[0] === 'none')) return 0;
  let total = 0;
  let group = 0;
  // What may still be added to the group: "twenty" leaves room for 1 to 9, "seven" for nothing.
  let room = Infinity;
  for (const word of words) {
    const scale = SCALES.get(word);
    const small = UNITS.includes(word) ? UNITS.indexOf(word) : TENS.indexOf(word) * 10;
    if (scale !== undefined && scale <= 100 && group > 0 && group < 10) [group, room] = [group * scale, scale === 100 ? 100 : 0];
    else if (scale !== undefined && scale > 100 && group > 0) [total, group, room] = [total + group * scale, 0, Infinity];
    else if (scale === undefined && small >= 0 && small < room) [group, room] = [group + small, small >= 20 ? 10 : 0];
    else return undefined;
  }
  return total + group;
}

/** The numbers that a sentence has as words; "no" is an ordinary word there. A run of words that is no number gives NaN. */
export function wordNumbersIn(text: string): readonly number[] {
  if (!/[a-z]{3}/i.test(text)) return [];
  const words = text
    .toLowerCase()
    .replace(/\bno one\b|\bone another\b/g, ' ')
    .split(/[^a-z]+/);
  const found: number[] = [];
  for (let from = 0; from < words.length; from++) {
    if (!WORDS.has(words[from]!)) continue;
    let to = from + 1;
    while (to < words.length && (WORDS.has(words[to]!) || (words[to] === 'and' && WORDS.has(words[to + 1]!) && to + 1 < words.length)))
      to++;
    const article = from > 0 && SCALES.has(words[from]!) ? 'a ' : '';
    const half = from > 1 && words[from] === 'dozen' && words[from - 2] === 'half' ? 'half ' : '';
    found.push(wordNumber(`${half}${article}${words.slice(from, to).join(' ')}`) ?? Number.NaN);
    from = to;
  }
  return found;
}
