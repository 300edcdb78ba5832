// What people and models type where LaTeX has a command: `−5`, `x²`, `√2`, `½`, `10 €`, `3e8`, `0.\overline{3}`, `\vec a`.
// Math-Verify reads none of these, so nothing here runs with `compat`. Every pattern is bounded or anchored: one pass, whatever the text.

const NEEDED =
  /[\u0080-\uffff]|\d\s+\d+\s?\/\s?\d|\d\s?~|(?:exp|ln|log|sin|cos|tan|sqrt)\(|(?<![a-zA-Z\\])pi(?![a-zA-Z])|\*\*|\^\{\\text|\\text\s?\{\s*for |\\forall|\{\s?[a-z]\s?(?:\\|[|:])|\d[eE][+-]?\d|10\s?\^|(?<![a-zA-Z\\])(?:sqrt\{|abs\(|(?:ln|log|sin|cos|tan)[ ^])|\)_|\d\\[,;: ]\d|\d\{\\[dt]?frac|\^\{(?:st|nd|rd|th)\}|(?:[mcdk]m|ft|yd)\^|\\(?:overline|bar|vec|hat|tilde)/;

/** Signs that are one other text each. */
const SIGNS: ReadonlyMap<string, string> = new Map([
  ...[...'−﹣－'].map((sign) => [sign, '-'] as const),
  ...[...'０１２３４５６７８９'].map((sign, digit) => [sign, String(digit)] as const),
  ...[...'（）［］，．％＝＋'].map((sign, index) => [sign, '()[],.%=+'.charAt(index)] as const),
  ...[...'\u00a0\u2007\u2009\u202f'].map((sign) => [sign, ' '] as const),
  ...'½:1/2 ⅓:1/3 ⅔:2/3 ¼:1/4 ¾:3/4 ⅕:1/5 ⅖:2/5 ⅗:3/5 ⅘:4/5 ⅙:1/6 ⅚:5/6 ⅛:1/8 ⅜:3/8 ⅝:5/8 ⅞:7/8'
    .split(' ')
    .map((pair) => [pair.charAt(0), `\\frac{${pair.charAt(2)}}{${pair.charAt(4)}}`] as const),
  ['·', '\\cdot '],
  ['∈', '\\in '],
  ['º', '°'],
]);
const SIGN = new RegExp(`[${[...SIGNS.keys()].join('')}]`, 'g');

const RAISED = '⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻';
const LOWERED = '₀₁₂₃₄₅₆₇₈₉₊₋';
const RAISED_RUN = new RegExp(`[${RAISED}]+`, 'g');
const LOWERED_RUN = new RegExp(`[${LOWERED}]+`, 'g');
const LEVEL = '0123456789+-';
const CURRENCY = '€£¥₹';
/** Before a number or after it; money has no place in arithmetic. */
const PRICE = new RegExp(`[${CURRENCY}] ?(?=\\d)|(?<=\\d) ?[${CURRENCY}]`, 'g');
/** An en dash is a minus before a value, and a range between two. */
const DASH = /(?<![\w)\]}.]\s?)–(?=[\d.\\(])/g;
const GROUP_SPACE = /(?<=\d)[\u00a0\u2007\u2009\u202f](?=\d{3}(?!\d))/g;
const ROOT = /([√∛])\s?(?:(\d{1,40}(?:\.\d{1,40})?|[a-zA-Z])|(?=[({\\]))/g;
const EXPONENT = /(?<![\w.\\])(\d{1,40})(?:\.(\d{1,40}))?[eE]([+-]?\d{1,3})(?![\w.])/g;
const REPEATING = /(?<![\d.])(\d{0,40})\.(\d{0,40})\\(?:overline|bar) ?\{(\d{1,40})\}/g;
/** `cm^2` after a number; a unit without a power is dropped later. */
const AREA = /(?<=\d ?(?:[mcdk]m|ft|yd))\^(?:[23](?!\d)|\{[23]\})/g;
const ORDINAL = /(?<=\d)\^\{(?:st|nd|rd|th|\\(?:text|mathrm)\s?\{(?:st|nd|rd|th)\})\}/g;
/** LaTeX's unbreakable space between a number and its fraction. */
const TIE = /(\d)\s?~\s?/g;
/** `2 2/3` is one number, not the last one of two. */
const MIXED = /(?<![\w.,/^_\\}])(?<!\d\s)(-?)(\d{1,9})\s+(\d{1,9})\s?\/\s?(\d{1,9})(?![\d/]|\.\d)/g;
/** Functions and constants as programs write them: `exp(16)`, `ln(2)`, `25pi`. */
const CALL = /(?<![a-zA-Z\\])(exp|ln|log|sin|cos|tan|cot|sec|csc|arcsin|arccos|arctan|sinh|cosh|tanh)\(/g;
/** `ln 2`, `sin x`, `sin^2(x)`: a function before one letter or digit, or its power. */
const FUNCTION_WORD =
  /(?<![a-zA-Z\\])(ln|log|sin|cos|tan|cot|sec|csc|arcsin|arccos|arctan)(?= (?:[a-zA-Z](?![a-zA-Z])|\d|\\)|\s?\^\s?\{?-?\d)/g;
const ABSOLUTE = /(?<![a-zA-Z\\])abs\(([^()|]{1,60})\)/g;
const BARE_ROOT = /(?<![a-zA-Z\\])sqrt(?=\{)/g;
/** `2/3 pi` is two thirds of pi. */
const SHARE_OF_PI = /(?<![\w.\\^])(\d{1,6})\/(\d{1,6}) (?=pi(?![a-zA-Z])|\\pi|π)/g;
/** `1.42857\times 10^{-7}` is a decimal with the digits shown, as `1.42857e-7` is. */
const SCIENTIFIC =
  /(?<![\w.\\])(\d{1,40})\.(\d{1,40})\s?(?:\\times|\\cdot|[×*])\s?10\s?\^\s?(?:\{\s?([+-]?\d{1,3})\s?\}|([+-]?\d{1,3})(?!\d))/g;
const THIN_MIXED = /(?<=\d)\\[,;: ](?=\d{1,2}\s?\/\s?\d)/g;
const BRACED_MIXED = /(?<=\d)\{(\\[dt]?frac\s?\{\d{1,9}\}\s?\{\d{1,9}\})\}/g;
/** `(321)_8` is `321_8`. */
const BASED = /\(([\dA-F]{1,40})\)_(?=\{?\s?\(?\d)/g;
/** "for all real x" in signs, after a statement. */
const FOR_ALL = /,?\s{0,4}(?:\\q?quad\s{0,4})?\\forall\s?[a-zA-Z](?:\s?\\in\s?\\mathbb\s?\{?[RC]\}?)?\s*(?=\}|\$|$)/g;
/** `\{x \mid x>1\}` says what `x>1` says. */
const SET_BUILDER =
  /\\?\{\s?([a-z])(?:\s?\\in\s?\\mathbb\s?\{?R\}?)?\s?(?:\\mid|\\vert|[|:])(?=[^{}]{0,40}\1)\s?([^{}\\]{1,60}(?:\\(?![{}])[^{}\\]{0,60}){0,6})\\?\}/g;
const PI = /(?<![a-zA-Z\\])pi(?![a-zA-Z])/g;
/** `f(x) = cx \text{ for any real } c` states the same as without the remark; a remark with a condition stays. */
const QUALIFIER = /,?\s*\\text\s?\{\s*for (?:any|all|every|each|some)\b[^{}<>=]{0,60}\}[^{}<>=\\$]{0,12}(?=\}|\$|$)/g;
/** Python's power, where no sign of the text can be Markdown's bold. */
const POWER = /(?<=[\w)\]}])\s?\*\*\s?(?=[\w({\\-])/g;
const ACCENT = /\\(overline|bar|vec|hat|tilde) ([a-zA-Z])(?![a-zA-Z])/g;

/** `3e8` -> `300000000`, `1.5e-3` -> `0.0015`; left as it is where the digits would not fit a line. */
function writeOut(written: string, match: { readonly whole: string; readonly part: string; readonly exponent: string }): string {
  const { whole, part } = match;
  const exponent = Number(match.exponent);
  if (Math.abs(exponent) > 60) return written;
  const digits = `${'0'.repeat(Math.max(0, -exponent))}${whole}${part}${'0'.repeat(Math.max(0, exponent - part.length))}`;
  const point = Math.max(0, -exponent) + whole.length + exponent;
  const before = digits.slice(0, point).replace(/^0+(?=\d)/, '');
  const after = digits.slice(point);
  return after === '' ? before : `${before === '' ? '0' : before}.${after}`;
}

/** `0.1\overline{6}` -> `\frac{15}{90}`. */
function asFraction(whole: string, still: string, repeating: string): string {
  const fixed = BigInt(`${whole}${still}` || '0');
  const all = BigInt(`${whole}${still}${repeating}`);
  const nines = BigInt(`${'9'.repeat(repeating.length)}${'0'.repeat(still.length)}`);
  return `\\frac{${all - fixed}}{${nines}}`;
}

function mixedNumber(parts: { readonly sign: string; readonly whole: string; readonly top: string; readonly bottom: string }): string {
  const [whole, top, bottom] = [BigInt(parts.whole), BigInt(parts.top), BigInt(parts.bottom)];
  return bottom === 0n
    ? `${parts.sign}${parts.whole} ${parts.top}/${parts.bottom}`
    : `${parts.sign}\\frac{${whole * bottom + top}}{${bottom}}`;
}

/** `x**2` -> `x^2`; in `**73**` the stars are bold, and everything stays. */
function programPowers(text: string): string {
  if (!text.includes('**')) return text;
  const powers = text.match(POWER);
  return powers !== null && powers.length === text.split('**').length - 1 ? text.replace(POWER, '^') : text;
}

function leveled(run: string, level: string): string {
  return [...run].map((sign) => LEVEL.charAt(level.indexOf(sign))).join('');
}

function rewriteSigns(text: string): string {
  return text
    .replace(GROUP_SPACE, '')
    .replace(PRICE, '')
    .replace(DASH, '-')
    .replace(RAISED_RUN, (run) => `^{${leveled(run, RAISED)}}`)
    .replace(LOWERED_RUN, (run) => `_{${leveled(run, LOWERED)}}`)
    .replace(ROOT, (_, sign: string, radicand: string | undefined) => {
      const command = sign === '∛' ? '\\sqrt[3]' : '\\sqrt';
      return radicand === undefined ? command : `${command}{${radicand}}`;
    })
    .replace(SIGN, (sign) => SIGNS.get(sign) ?? sign);
}

/** A text with typed signs written as LaTeX; most texts come back as they are. */
export function typedToLatex(text: string): string {
  if (!NEEDED.test(text)) return text;
  const signs = /[\u0080-\uffff]/.test(text) ? rewriteSigns(text) : text;
  return programPowers(signs)
    .replace(EXPONENT, (...[written, whole = '', part = '', exponent = '']: string[]) => writeOut(written ?? '', { whole, part, exponent }))
    .replace(REPEATING, (...[, whole = '', still = '', repeating = '']: string[]) => asFraction(whole, still, repeating))
    .replace(AREA, '')
    .replace(ORDINAL, '')
    .replace(TIE, '$1 ')
    .replace(SCIENTIFIC, (...[written, whole = '', part = '', braced, bare = '']: string[]) =>
      writeOut(written ?? '', { whole, part, exponent: braced ?? bare }),
    )
    .replace(THIN_MIXED, ' ')
    .replace(BRACED_MIXED, '$1')
    .replace(MIXED, (...[, sign = '', whole = '', top = '', bottom = '']: string[]) => mixedNumber({ sign, whole, top, bottom }))
    .replace(BASED, '$1_')
    .replace(SET_BUILDER, '$2')
    .replace(CALL, '\\$1(')
    .replace(FUNCTION_WORD, '\\$1')
    .replace(ABSOLUTE, '|$1|')
    .replace(BARE_ROOT, '\\sqrt')
    .replace(SHARE_OF_PI, '\\frac{$1}{$2}')
    .replace(PI, '\\pi ')
    .replace(QUALIFIER, '')
    .replace(FOR_ALL, '')
    .replace(ACCENT, '\\$1{$2}');
}
