// Numbers are written in many signs. Here they become the plain ones: full width, superscripts, LaTeX, typographic minus signs.

const RAISED = '⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻';
const LEVEL = '0123456789+-';
const FRACTIONS = '½1/2⅓1/3⅔2/3¼1/4¾3/4⅕1/5⅖2/5⅗3/5⅘4/5⅙1/6⅚5/6⅛1/8⅜3/8⅝5/8⅞7/8';
const FRACTION = new RegExp(`(\\d?)\\s?([${[...FRACTIONS].filter((sign) => !/[\d/]/.test(sign)).join('')}])`, 'g');
const FULL_WIDTH = /[\uff01-\uff5e]/g;

/** A space, a narrow one, an apostrophe, or LaTeX's, as thousands separator. */
const GROUP = /(?<=\d)(?:[ \u00a0\u2007\u2009\u202f]|\\,|['’])(?=\d{3}(?!\d))/g;

/** A text with full-width letters and digits as plain ones. */
export function toHalfWidth(text: string): string {
  return text.replace(FULL_WIDTH, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0)).replaceAll('\u3000', ' ');
}

function fromLatex(text: string): string {
  return text
    .replace(/\\(?:text|mathrm|mbox|textbf|mathbf)\s?\{([^{}]*)\}/g, ' $1 ')
    .replace(
      /(\d)?\s?~?\s?\\[dt]?frac\s?(?:\{(\d+)\}\{(\d+)\}|(\d)(\d))/g,
      (...[, whole = '', top, bottom, upper, lower]: (string | undefined)[]) =>
        `${whole}${whole === '' ? '' : ' '}${top ?? upper}/${bottom ?? lower}`,
    )
    .replace(/\^\s?(?:\\circ|\{\s?\\circ\s?\})|\\degree/g, '°')
    .replace(/\\(?:times|cdot)(?![a-zA-Z])/g, '*')
    .replace(/\^\{([+-]?\d+)\}/g, '^$1')
    .replace(/\\approx(?![a-zA-Z])/g, '≈')
    .replace(/\\([%$&#_])/g, '$1')
    .replace(/\\[()[\],;:! ]|~(?=[^\d])/g, ' ');
}

/** Brings a text into plain signs; `10⁸` becomes `10^8`, `2½` becomes `2 1/2`, `3\times10^{8}` becomes `3*10^8`. */
export function toPlainSigns(text: string): string {
  const half = /[\u0080-\uffff]/.test(text) ? fromTyped(toHalfWidth(text)) : text;
  const powers = half.includes('**') ? half.replace(/(?<=\d)\s?\*\*\s?(?=[-+]?\d)/g, '^').replace(/\*\*([^*]{1,60})\*\*/g, ' $1 ') : half;
  const grouped = powers.replace(/\{,\}|,\\!/g, ',').replace(GROUP, ',');
  const latex = /[\\^]/.test(grouped) ? fromLatex(grouped) : grouped;
  return latex.replace(/\$/g, '').trim();
}

function fromTyped(text: string): string {
  return text
    .replace(/[−﹣]/g, '-')
    .replace(/(^|[\s(=:])–(?=[\d.])/g, '$1-')
    .replace(/[–—~～至到](?=\s?\d)/g, (dash, at: number) => (at === 0 || /[^\d]\s?$/.test(text.slice(0, at)) ? dash : ' ; '))
    .replace(/(?<=[a-zA-Z])[·∙](?=[a-zA-Z])/g, ' ')
    .replace(/[×·∙✕]/g, '*')
    .replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+/g, (run) => `^${[...run].map((sign) => LEVEL.charAt(RAISED.indexOf(sign))).join('')}`)
    .replace(FRACTION, (_, digit: string, sign: string) => {
      const from = FRACTIONS.indexOf(sign) + 1;
      return `${digit}${digit === '' ? '' : ' '}${FRACTIONS.slice(from, from + 3)}`;
    });
}
