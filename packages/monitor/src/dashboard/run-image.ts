import { open, realpath } from 'node:fs/promises';
import { extname, isAbsolute, join, relative } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.gif': 'image/gif',
};
const LARGEST = 64 * 2 ** 20;

/**
 * An image of a run folder: a file that is really inside of it, links followed, with the name and the first bytes of a picture. Undefined for everything
 * else. Pictures that are programs (SVG) are not among them.
 */
export async function readRunImage(folder: string, path: string): Promise<{ type: string; bytes: Uint8Array<ArrayBuffer> } | undefined> {
  const type = TYPES[extname(path).toLowerCase()];
  if (type === undefined || path.includes('\0') || isAbsolute(path)) return undefined;
  try {
    const root = await realpath(folder);
    const real = await realpath(join(root, path));
    const inside = relative(root, real);
    if (inside === '' || inside.startsWith('..') || isAbsolute(inside)) return undefined;
    const file = await open(real, 'r');
    try {
      const facts = await file.stat();
      if (!facts.isFile() || facts.size > LARGEST) return undefined;
      const bytes = new Uint8Array(await file.readFile());
      return looksLikeImage(bytes) ? { type, bytes } : undefined;
    } finally {
      await file.close();
    }
  } catch {
    // Not there, not readable, or a name that no file has: all the same to who asks.
    return undefined;
  }
}

function looksLikeImage(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  return head.startsWith('\x89PNG') || head.startsWith('\xff\xd8\xff') || head.startsWith('GIF8') || /^RIFF....WEBP/s.test(head);
}
