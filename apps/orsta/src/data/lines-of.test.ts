import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { linesOf } from './lines-of.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lines-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function linesIn(text: string): Promise<string[]> {
  const path = join(folder, 'a.jsonl');
  await writeFile(path, text);
  const lines: string[] = [];
  for await (const line of linesOf(path)) lines.push(line);
  return lines;
}

describe('linesOf', () => {
  it.each([
    ['', []],
    ['a', ['a']],
    ['a\n', ['a']],
    ['a\n\nb', ['a', '', 'b']],
    ['a\u2028b\u2029c\u0085d\n', ['a\u2028b\u2029c\u0085d']],
    ['a\r\nb\r\n', ['a\r', 'b\r']],
  ])('of %j are %j', async (text, lines) => {
    expect(await linesIn(text)).toEqual(lines);
  });

  it('are whole where they are longer than a piece of the file', async () => {
    const long = '\u{1f600}'.repeat(100_000);
    expect(await linesIn(`${long}\nb\n${long}`)).toEqual([long, 'b', long]);
  });
});
