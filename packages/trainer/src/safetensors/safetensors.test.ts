import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TrainerError } from '../errors.ts';
import { readSafetensors, readSafetensorsHeader } from './read-safetensors.ts';
import { writeSafetensors, type TensorToWrite } from './write-safetensors.ts';

function fixture(name: string): string {
  return new URL(`../../test/fixtures/qwen2-5-vl/${name}`, import.meta.url).pathname;
}

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safetensors-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Writes raw bytes: a header of any content and `dataBytes` zeros. */
async function writeRaw(header: string | Uint8Array, dataBytes = 0, declared?: bigint): Promise<string> {
  const json = Buffer.from(header);
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(declared ?? BigInt(json.length));
  const path = join(folder, 'raw.safetensors');
  await writeFile(path, Buffer.concat([prefix, json, Buffer.alloc(dataBytes)]));
  return path;
}

async function failure(path: string): Promise<string> {
  const error: unknown = await readSafetensors(path).catch((reason: unknown) => reason);
  if (!(error instanceof TrainerError)) throw new Error(`no TrainerError but ${String(error)}`);
  expect(error.code).toBe('invalid_safetensors');
  expect(error.message).toContain(path);
  expect(error.message).toMatch(/; download or write the file again$/);
  return error.message;
}

function bitsOf(data: Float32Array): number[] {
  return [...new Uint32Array(data.buffer, data.byteOffset, data.length)];
}
function isNaNBits(bits: number): boolean {
  return (bits & 0x7fffffff) > 0x7f800000;
}

describe('files of the Python implementation', () => {
  it('are read to the bit in every dtype', async () => {
    const expected = JSON.parse(await readFile(fixture('dtypes.json'), 'utf8')) as Record<string, { shape: number[]; bits: number[] }>;
    const tensors = await readSafetensors(fixture('dtypes.safetensors'));
    expect([...tensors.keys()].sort()).toEqual(Object.keys(expected).sort());
    for (const [name, { shape, data, dtype }] of tensors) {
      expect(shape).toEqual(expected[name]?.shape);
      const bits = bitsOf(data);
      expect(bits.map((word) => (isNaNBits(word) ? 'NaN' : word))).toEqual(
        expected[name]?.bits.map((word) => (isNaNBits(word) ? 'NaN' : word)),
      );
      if (name.startsWith('bf16') || name.startsWith('f16')) expect(name.toUpperCase()).toContain(dtype);
    }
  });

  it('keep their metadata', async () => {
    const { metadata, entries } = await readSafetensorsHeader(fixture('dtypes.safetensors'));
    expect(metadata).toEqual({ format: 'pt', note: 'grüße' });
    expect(entries.get('scalar')).toMatchObject({ dtype: 'F32', shape: [] });
  });
});

const tensor: fc.Arbitrary<TensorToWrite> = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }).chain((shape) => {
  const length = shape.reduce((product, size) => product * size, 1);
  return fc.float32Array({ minLength: length, maxLength: length, noNaN: true }).map((data) => ({ shape, data }));
});
const tensorMap = fc
  .dictionary(fc.string({ unit: 'grapheme', maxLength: 12 }), tensor, { maxKeys: 6 })
  .map((record) => new Map(Object.entries(record).filter(([name]) => name !== '__metadata__')));

describe('writeSafetensors', () => {
  it('writes F32 files that read back to the same', async () => {
    const path = join(folder, 'round-trip.safetensors');
    await fc.assert(
      fc.asyncProperty(tensorMap, async (tensors) => {
        await writeSafetensors(path, tensors, { dtype: 'F32' });
        const back = await readSafetensors(path);
        expect([...back.keys()].sort()).toEqual([...tensors.keys()].sort());
        for (const [name, { shape, data }] of tensors) {
          expect(back.get(name)?.shape).toEqual(shape);
          expect(bitsOf(back.get(name)?.data ?? new Float32Array())).toEqual(bitsOf(data));
        }
      }),
      { numRuns: 30 },
    );
  });

  it.each(['BF16', 'F16'] as const)('writes %s files whose second round trip changes nothing', async (dtype) => {
    const path = join(folder, `${dtype}.safetensors`);
    const values = Float32Array.from({ length: 60 }, (_, index) => Math.fround(Math.sin(index) * 10 ** ((index % 9) - 4)));
    await writeSafetensors(path, new Map([['x', { shape: [3, 20], data: values }]]), { dtype });
    const once = (await readSafetensors(path)).get('x');
    if (once === undefined) throw new Error('x is lost');
    const first = await readFile(path);
    once.data.forEach((value, index) => {
      expect(Math.abs(value - (values[index] ?? NaN))).toBeLessThanOrEqual(Math.abs(values[index] ?? NaN) * 2 ** -8 + 2 ** -25);
    });
    await writeSafetensors(path, new Map([['x', once]]), { dtype });
    expect(first.equals(await readFile(path))).toBe(true);
  });

  it('sorts by name, aligns the data to 8 bytes and declares the pt format', async () => {
    const path = join(folder, 'aligned.safetensors');
    const one = { shape: [1], data: Float32Array.of(1) };
    await writeSafetensors(path, new Map([['b', one], ['a', one]]), { dtype: 'F32' }); // prettier-ignore
    const { entries, metadata } = await readSafetensorsHeader(path);
    expect([...entries]).toEqual([
      ['a', { dtype: 'F32', shape: [1], begin: 0, end: 4 }],
      ['b', { dtype: 'F32', shape: [1], begin: 4, end: 8 }],
    ]);
    expect(metadata).toEqual({ format: 'pt' });
    expect(Number((await readFile(path)).readBigUInt64LE(0)) % 8).toBe(0);
  });

  it('replaces a file whole, or leaves it as it was', async () => {
    const path = join(folder, 'kept.safetensors');
    await writeSafetensors(path, new Map([['a', { shape: [1], data: Float32Array.of(1) }]]), { dtype: 'F32' });
    const wrong = new Map([['a', { shape: [2], data: Float32Array.of(1) }]]);
    await expect(writeSafetensors(path, wrong, { dtype: 'F32' })).rejects.toMatchObject({ code: 'invalid_safetensors' });
    await expect(writeSafetensors(join(folder, 'absent', 'x'), new Map(), { dtype: 'F32' })).rejects.toThrow('ENOENT');
    expect((await readSafetensors(path)).get('a')?.data).toEqual(Float32Array.of(1));
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('refuses the reserved name', async () => {
    const tensors = new Map([['__metadata__', { shape: [0], data: new Float32Array() }]]);
    await expect(writeSafetensors(join(folder, 'reserved'), tensors, { dtype: 'F32' })).rejects.toThrow('that name is reserved');
  });
});

describe('a damaged file is named with what is wrong', () => {
  const entry = (more: object): string => JSON.stringify({ x: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...more } });

  it.each([
    ['a header that is no JSON', '{"x": ', 'its header is no JSON'],
    ['a header that is no object', '[1]', 'its header is no JSON object'],
    ['a header that is no UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d), 'its header is no JSON'],
    ['an entry that is no object', '{"x": 3}', 'tensor "x" is described by 3'],
    ['a dtype it cannot read', entry({ dtype: 'I64' }), 'has the dtype "I64", F32, BF16 and F16 are supported'],
    ['a negative size', entry({ shape: [-2] }), 'has the shape [-2]'],
    ['a fractional size', entry({ shape: [1.5] }), 'has the shape [1.5]'],
    ['absent offsets', entry({ data_offsets: [0] }), 'has data_offsets [0]'],
    ['offsets that do not span the shape', entry({ data_offsets: [0, 4] }), 'takes 8 bytes, its data_offsets span 4'],
    ['offsets that run backward', entry({ data_offsets: [8, 0] }), 'its data_offsets span -8'],
    ['a gap before a tensor', entry({ data_offsets: [4, 12] }), 'begins at byte 4 of the data where 0 is due'],
    ['metadata that are no strings', '{"__metadata__": {"a": 1}}', '__metadata__ is {"a":1}'],
  ])('%s', async (_, header, problem) => {
    expect(await failure(await writeRaw(header, 8))).toContain(problem);
  });

  it('tensors that overlap', async () => {
    const header = JSON.stringify({
      x: { dtype: 'F16', shape: [4], data_offsets: [0, 8] },
      y: { dtype: 'F16', shape: [4], data_offsets: [4, 12] },
    });
    expect(await failure(await writeRaw(header, 12))).toContain('tensor y begins at byte 4');
  });

  it('bytes after the last tensor, or too few', async () => {
    expect(await failure(await writeRaw(entry({}), 9))).toContain('its tensors take 8 bytes, the file has 9');
    expect(await failure(await writeRaw(entry({}), 7))).toContain('its tensors take 8 bytes, the file has 7');
  });

  it('a header longer than the file or than the limit', async () => {
    expect(await failure(await writeRaw('{}', 0, 10n))).toContain('its header would take 10 bytes, the file has 10');
    expect(await failure(await writeRaw('{}', 0, 2n ** 63n))).toContain('at most 100000000 are allowed');
    const page = Buffer.from('<!doctype html><html>Not found</html>');
    expect(await failure(await writeRaw(page.subarray(8).toString(), 0, page.readBigUInt64LE()))).toContain(
      'it begins with the text "<!doctyp"',
    );
  });

  it('a file that is empty, a folder or absent', async () => {
    const path = await writeRaw('{}');
    await truncate(path, 3);
    expect(await failure(path)).toContain('it has 3 bytes');
    expect(await failure(folder)).toContain('it cannot be read');
    expect(await failure(join(folder, 'absent'))).toContain('it cannot be opened');
  });

  it('any file cut short', async () => {
    const whole = await readFile(fixture('dtypes.safetensors'));
    const path = join(folder, 'cut.safetensors');
    for (let length = 0; length < whole.length; length += 7) {
      await writeFile(path, whole.subarray(0, length));
      await failure(path);
    }
  });
});
