const PRINTABLE_RANGES = [
  [0x21, 0x7e],
  [0xa1, 0xac],
  [0xae, 0xff],
] as const;

/**
 * GPT-2's byte-level alphabet: `BYTE_ALPHABET[byte]` is the visible character that stands for the byte in a vocabulary.
 * Printable Latin-1 stands for itself; the 68 other bytes take the characters from U+0100 on.
 */
export const BYTE_ALPHABET: readonly string[] = makeAlphabet();

function makeAlphabet(): string[] {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = PRINTABLE_RANGES.some(([first, last]) => byte >= first && byte <= last);
    return String.fromCharCode(printable ? byte : next++);
  });
}

const UTF8 = new TextEncoder();

/** A text's UTF-8 bytes, each as its character of `BYTE_ALPHABET`. */
export function toByteAlphabet(text: string): string {
  return Array.from(UTF8.encode(text), (byte) => BYTE_ALPHABET[byte]).join('');
}
