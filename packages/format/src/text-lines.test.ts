import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readJsonl } from './jsonl.ts';
import { readTextLines } from './text-lines.ts';

function fileOf(...parts: (string | readonly number[])[]): string {
  const path = join(mkdtempSync(join(tmpdir(), 'format-lines-')), 'data.jsonl');
  writeFileSync(path, Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part)))));
  return path;
}

async function linesOf(path: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of readTextLines(path)) lines.push(line);
  return lines;
}

describe('readTextLines', () => {
  it('splits at newlines only, keeps blank lines and carriage returns, and leaves a byte order mark out', async () => {
    expect(await linesOf(fileOf('\uFEFFa\r\n\nb\u2028c\n\uFEFFd'))).toEqual(['a\r', '', 'b\u2028c', '\uFEFFd']);
    expect(await linesOf(fileOf(''))).toEqual([]);
  });

  it.each([
    ['a', ['a']],
    ['a\n', ['a']],
    ['a\n\nb', ['a', '', 'b']],
    ['a\u2028b\u2029c\u0085d\n', ['a\u2028b\u2029c\u0085d']],
    ['a\r\nb\r\n', ['a\r', 'b\r']],
  ])('gives of %j the lines %j', async (text, lines) => {
    expect(await linesOf(fileOf(text))).toEqual(lines);
  });

  it('keeps letters whole that lie on the border of two pieces', async () => {
    const long = '\u{1f600}'.repeat(100_000);
    expect(await linesOf(fileOf(`${long}\nb\n${long}`))).toEqual([long, 'b', long]);
  });

  it('joins lines that are longer than a chunk', async () => {
    const long = 'ü'.repeat(400_000);
    expect(await linesOf(fileOf(`${long}\n${long}x\n`))).toEqual([long, `${long}x`]);
  });

  it('names the line whose bytes are not UTF-8', async () => {
    await expect(linesOf(fileOf('a\nZ', [0xfc], 'rich\n'))).rejects.toMatchObject({
      code: 'unreadable_file',
      message: expect.stringMatching(/data\.jsonl:2: the bytes of this line are not UTF-8/) as string,
    });
    await expect(linesOf(fileOf('a\n\n', [0xed, 0xa0, 0x80]))).rejects.toThrow(/jsonl:3/);
  });

  it.each([
    [[0x1f, 0x8b, 8], /gzip.*gunzip/],
    [[0x28, 0xb5, 0x2f, 0xfd], /zstd/],
    [[0x50, 0x4b, 3, 4], /zip archive/],
    [[0x50, 0x41, 0x52, 0x31], /Parquet.*readParquet/],
    [[0xff, 0xfe, 0x7b, 0], /UTF-16.*iconv/],
    [[0xfe, 0xff, 0, 0x7b], /UTF-16.*iconv/],
  ])('says what a file is that starts with %j', async (bytes, message) => {
    await expect(linesOf(fileOf(bytes))).rejects.toThrow(message);
  });

  it('refuses a file that is not there', async () => {
    await expect(linesOf('/no/such/file.jsonl')).rejects.toMatchObject({ code: 'unreadable_file' });
  });
});

describe('broken lines', () => {
  const first = async (text: string): Promise<unknown> => readJsonl(fileOf(text)).next();

  it.each([
    ['{"a": 1},\n{"a": 2}\n', /jsonl:1: .*take away the comma at the end/],
    ['[\n{"a": 1}\n]\n', /jsonl:1: .*write one object a line/],
    ['{\n  "a": 1\n}\n', /jsonl:1: .*write one object a line/],
    ['[{"a": 1}]\n', /a sample is an object, this is \[\{"a":1\}\]/],
    ['plain\n', /it starts "plain"; write one JSON object a line/],
  ])('%j gets advice', async (text, message) => {
    await expect(first(text)).rejects.toThrow(message);
  });
});
