import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSource } from './read-source.ts';

const folder = mkdtempSync(join(tmpdir(), 'orsta-source-'));
const path = join(folder, 'r.yaml');

function read(content: string | Buffer): ReturnType<typeof readSource> {
  writeFileSync(path, content);
  return readSource(path);
}

describe('readSource', () => {
  it('reads a file with BOM and CRLF, and aliases of a usual number', async () => {
    expect((await read('\uFEFFa: &x [1]\r\nb: *x\r\n')).value).toEqual({ a: [1], b: [1] });
  });

  it('refuses a file whose aliases expand to billions of values, at once', async () => {
    const level = (name: string, below: string) => `${name}: &${name} [${Array<string>(9).fill(`*${below}`).join(', ')}]`;
    const names = [...'abcdefghi'];
    const bomb = ['a0: &a0 [lol]', ...names.map((name, index) => level(name, index === 0 ? 'a0' : names[index - 1]!))].join('\n');
    await expect(read(bomb)).rejects.toMatchObject({ code: 'invalid_recipe', message: expect.stringContaining('alias') });
  });

  it('refuses nesting that no parser survives', async () => {
    await expect(read(`a: ${'['.repeat(20_000)}${']'.repeat(20_000)}`)).rejects.toMatchObject({ code: 'invalid_recipe' });
  });

  it.each([
    ['latin-1', Buffer.from('name: a\nmodel: { path: Z\u00fcrich }\n', 'latin1'), 2],
    ['a cut sequence at the end', Buffer.from([0x61, 0x3a, 0x20, 0xe2, 0x82]), 1],
    ['UTF-16', Buffer.from('\uFEFFname: a\n', 'utf16le'), 1],
  ])('refuses %s and names the line', async (_what, bytes, line) => {
    await expect(read(bytes)).rejects.toThrow(`${path}:${String(line)} is not UTF-8`);
  });
});
