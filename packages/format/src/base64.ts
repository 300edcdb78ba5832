/**
 * Padded base64 text as bytes, or undefined where the text is not padded base64. Decoding skips what is no base64 letter, so the number of
 * bytes tells whether all of them were; a regular expression over megabytes of image would take longer than everything else.
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || text.includes('-') || text.includes('_')) return undefined;
  if (typeof Buffer === 'undefined') return decodeInBrowser(text);
  // The decoder looks at the low byte of a letter only, so that Ł (0x141) would be read as A (0x41).
  if (Buffer.byteLength(text) !== text.length) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  // Not Buffer.from: Node takes small buffers from one shared pool, which must not be transferred to a worker.
  const bytes = Buffer.allocUnsafeSlow((text.length / 4) * 3 - padding);
  if (bytes.write(text, 'base64') !== bytes.length) return undefined;
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Bytes as padded base64 text. */
export function encodeBase64(bytes: Uint8Array): string {
  if (typeof Buffer !== 'undefined') return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

function decodeInBrowser(text: string): Uint8Array | undefined {
  // atob passes over white space, which this package does not.
  if (/\s/.test(text)) return undefined;
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    // No base64, which the caller says in its own words.
    return undefined;
  }
}
