// The kind of character at a position of a text, by its code, so that no string is made. Past the end there is none.

const SPACE = 0x20;
const DELETE = 0x7f;

/** White space as `trim` understands it. */
export function isSpaceAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return (code <= SPACE || code >= DELETE) && text.charAt(at).trim() === '';
}

/** 0 to 9. */
export function isDigitAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
}

/** a to z, A to Z. */
export function isLetterAt(text: string, at: number): boolean {
  // Bit 5 tells the small letters from the capitals.
  const code = text.charCodeAt(at) | 0x20;
  return code >= 0x61 && code <= 0x7a;
}

/** The first position from `from` on that is not white space. */
export function spaceEnd(text: string, from: number): number {
  let end = from;
  while (isSpaceAt(text, end)) end += 1;
  return end;
}

/** The first position from `from` on that is not a digit. */
export function digitsEnd(text: string, from: number): number {
  let end = from;
  while (isDigitAt(text, end)) end += 1;
  return end;
}
