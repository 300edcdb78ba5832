/** What `str.strip`, `str.split` and `len` of Python do where JavaScript's own differ: signs to strip are given, and length counts code points. */

/** `text.strip(signs)`. */
export function strip(text: string, signs: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && signs.includes(text.charAt(start))) start += 1;
  while (end > start && signs.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

// Python's blanks: unlike JavaScript's with the separators of ASCII and with U+0085, and without U+FEFF.
const SEPARATORS = String.fromCharCode(0x1c, 0x1d, 0x1e, 0x1f, 0x85);
const BLANKS = new RegExp(`(?:(?!\\ufeff)[\\s${SEPARATORS}])+`);

/** `text.split()`. */
export function words(text: string): string[] {
  return text.split(BLANKS).filter((word) => word !== '');
}

/** The last piece of `text.split(mark)`. */
export function after(text: string, mark: string): string {
  return text.slice(text.lastIndexOf(mark) + mark.length);
}
