// Chinese numerals: 三, 十二, 两只, 一百零五, and a digit with a measure word: 5个.

const DIGITS: ReadonlyMap<string, number> = new Map([
  ...[...'零一二三四五六七八九'].map((sign, digit) => [sign, digit] as const),
  ['〇', 0],
  ['两', 2],
  ['兩', 2],
]);
const SCALES: ReadonlyMap<string, number> = new Map([
  ['十', 10],
  ['百', 100],
  ['千', 1000],
]);
const NUMERAL = '零〇一二两兩三四五六七八九十百千万萬';
const MEASURES = '个個只隻条條张張本头頭匹辆輛件位名支枝棵朵把台臺片块塊颗顆岁歲元年月日次人';
const WHOLE = new RegExp(`^([${NUMERAL}]{1,12})([^${NUMERAL}\\d\\s]{0,4})$`);
const COUNTED = new RegExp(`(?<![${NUMERAL}第])([${NUMERAL}]{1,12})[${MEASURES}]`, 'g');

/** Reads a text that is one numeral, at most with a measure word after it; `undefined` otherwise. */
export function chineseNumber(text: string): number | undefined {
  const numeral = WHOLE.exec(text)?.[1];
  return numeral === undefined ? undefined : valueOf(numeral);
}

/** The numerals before a measure word. */
export function chineseNumbersIn(text: string): readonly number[] {
  return [...text.matchAll(COUNTED)].map((match) => valueOf(String(match[1])) ?? Number.NaN);
}

function valueOf(numeral: string): number | undefined {
  const [high, low, ...more] = numeral.split(/[万萬]/);
  if (more.length > 0 || high === undefined) return undefined;
  if (low === undefined) return belowTenThousand(high);
  const [upper, lower] = [belowTenThousand(high), low === '' ? 0 : belowTenThousand(low)];
  return upper === undefined || lower === undefined ? undefined : upper * 10_000 + lower;
}

function belowTenThousand(numeral: string): number | undefined {
  let total = 0;
  let digit: number | undefined;
  let scaleBefore = 10_000;
  for (const sign of numeral) {
    const scale = SCALES.get(sign);
    if (scale === undefined) {
      if (digit !== undefined && digit !== 0) return undefined;
      digit = DIGITS.get(sign);
      continue;
    }
    if (scale >= scaleBefore) return undefined;
    total += (digit ?? 1) * scale;
    [digit, scaleBefore] = [undefined, scale];
  }
  return total + (digit ?? 0);
}
