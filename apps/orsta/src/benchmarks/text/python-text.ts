/** What `str.strip`, `str.split` and `len` of Python do where JavaScript's own differ: signs to strip are given, and length counts code points. */

/** `text.strip(signs)`. */
export function strip(text: string, signs: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && signs.includes(text.charAt(start))) start += 1;
  while (end > start && signs.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/** `text.split()`. */
export function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** The last piece of `text.split(mark)`. */
export function after(text: string, mark: string): string {
  return text.slice(text.lastIndexOf(mark) + mark.length);
}
