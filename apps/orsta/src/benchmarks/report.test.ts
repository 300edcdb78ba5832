import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { parseMetricRecord } from '@vtriune/monitor';
import { compareResults, comparisonTable, readResult } from './compare.ts';
import { OrstaError } from '../errors.ts';
import { defineBenchmark, type Benchmark, type Judgment, type QuestionImage } from './contract.ts';
import { findOverlap, type NamedImage } from './overlap.ts';
import { readPredictions } from './predictions.ts';
import { reportHtml } from './report-html.ts';
import { toResult, type BenchmarkResult, type ResultFacts } from './result.ts';
import { scoreResponses } from './score-responses.ts';
import { addToRun } from './to-monitor.ts';

async function picture(seed: number, size = 64): Promise<Buffer> {
  const pixels = Buffer.alloc(64 * 64 * 3);
  for (let y = 0; y < 64; y++)
    for (let x = 0; x < 64; x++)
      pixels.fill(Math.round(127 + 127 * Math.sin((x * (seed + 1)) / 9 + (y * (seed % 3)) / 7)), (y * 64 + x) * 3, (y * 64 + x) * 3 + 3);
  return sharp(pixels, { raw: { width: 64, height: 64, channels: 3 } })
    .resize(size, size)
    .jpeg({ quality: 70 + seed })
    .toBuffer();
}

/** Questions a, b, c; a response is right if it is `yes`. */
const made = defineBenchmark<string>({
  name: 'made',
  title: 'Made',
  sources: { official: 'here' },
  prompts: ['plain'],
  layout: 'none',
  async *read(_, { images }) {
    for (const id of ['a', 'b', 'c'])
      yield {
        id,
        prompts: { plain: `${id}?` },
        images: images ? [{ bytes: await picture(1) }] : [],
        groups: { kind: [id === 'a' ? 'first' : 'other'] },
        truth: 'yes',
      };
  },
  scorer: () => ({
    judge: ({ truth }, response): Judgment => ({
      score: Number(response === truth),
      answer: response,
      expected: truth,
      why: 'compared',
      boxes: [{ box: [1, 2, 30, 40], label: '<b>', of: 'truth' }],
    }),
  }),
});

async function resultOf(responses: Record<string, string[]>, seed = 1, more: Partial<ResultFacts> = {}): Promise<BenchmarkResult> {
  const scored = await scoreResponses({
    benchmark: made,
    data: '',
    responses: new Map(Object.entries(responses)),
    rules: 'official',
    seed,
  });
  return toResult(made, scored, { data: 'data', model: 'm', prompt: 'plain', rules: 'official', seed, usage: null, ...more });
}

describe('a result', () => {
  it('has the score, its groups, units and items', async () => {
    const result = await resultOf({ a: ['yes'], b: ['no'], c: ['yes'] });
    expect(result).toMatchObject({
      score: 2 / 3,
      questions: 3,
      units: { a: 1, b: 0, c: 1 },
      groups: { kind: { first: { count: 1, score: 1 }, other: { count: 2, score: 0.5 } } },
    });
    expect(result.items[1]).toMatchObject({ id: 'b', score: 0, answer: 'no', expected: 'yes' });
  });

  it('refuses questions without a response unless told to leave them out', async () => {
    await expect(resultOf({ a: ['yes'] })).rejects.toMatchObject({
      code: 'invalid_data',
      message: expect.stringMatching(/2 of 3 questions have no response, b, c/),
    });
  });

  it('counts responses to questions that there are not, also where an absent response is an empty one', async () => {
    const responses = new Map([['a', ['yes']], ['x', ['yes']], ['y', ['yes']]]); // prettier-ignore
    const scored = await scoreResponses({
      benchmark: { ...made, emptyWhereMissing: true },
      data: '',
      responses,
      rules: 'official',
      seed: 1,
    });
    expect(scored.unused).toBe(2);
    expect(scored.questions).toHaveLength(3);
  });

  it('refuses two questions with one id, and questions with different numbers of responses', async () => {
    const twice: Benchmark = {
      ...made,
      async *read(data, options) {
        yield* made.read(data, options);
        yield* made.read(data, options);
      },
    };
    const given = { data: 'made.json', rules: 'official' as const, seed: 1 };
    const one = new Map([['a', ['yes']], ['b', ['yes']], ['c', ['yes']]]); // prettier-ignore
    await expect(scoreResponses({ ...given, benchmark: twice, responses: one })).rejects.toThrow(
      /Two questions of made.json have the id a\./,
    );
    const uneven = new Map([['a', ['yes', 'no']], ['b', ['yes']], ['c', ['yes']]]); // prettier-ignore
    await expect(scoreResponses({ ...given, benchmark: made, responses: uneven })).rejects.toThrow(/a has 2 responses and b has 1\./);
  });

  it('refuses rules that the benchmark does not have', async () => {
    const given = { benchmark: made, data: '', responses: new Map([['a', ['yes']]]), rules: 'paper' as const, seed: 1 };
    await expect(scoreResponses(given)).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining('It has: official') });
  });
});

describe('the report', () => {
  it('shows failures with image, boxes and reason, and escapes every text', async () => {
    const html = await reportHtml(await resultOf({ a: ['<script>alert(1)</script>'], b: ['yes'], c: ['yes'] }), made, '');
    expect(html).not.toContain('<script>');
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).toContain('data:image/jpeg;base64,');
    expect(html).toContain('<rect x="1.0" y="2.0" width="29.0" height="38.0"');
    expect(html).toContain('&lt;b&gt;');
    // A long response beside it must not squeeze the picture away from its boxes.
    expect(html).toMatch(/<svg viewBox="0 0 64 64" width="64" height="64">/);
    expect(html).toContain('article>svg{flex:none;');
    expect(html.match(/<article>/g)).toHaveLength(1);
    expect(html).not.toMatch(/https?:\/\//);
  });

  it('is written where the file holds no images, or one that is gone', async () => {
    const result = await resultOf({ a: ['no'], b: ['no'], c: ['yes'] });
    const withImage = (image: () => QuestionImage): Benchmark => ({
      ...made,
      async *read(data, options) {
        for await (const question of made.read(data, { images: false })) yield { ...question, images: options.images ? [image()] : [] };
      },
    });
    const absent = withImage(() => {
      throw new OrstaError('invalid_data', 'row 1: image is missing');
    });
    expect((await reportHtml(result, absent, '')).match(/<article>/g)).toHaveLength(2);
    const gone = await reportHtml(
      result,
      withImage(() => ({ path: '/nowhere/a.png' })),
      '',
    );
    expect(gone.match(/The image could not be read/g)).toHaveLength(2);
    const broken = withImage(() => {
      throw new TypeError('a fault of the reader');
    });
    await expect(reportHtml(result, broken, '')).rejects.toThrow('a fault of the reader');
  });
});

describe('the report of a model with tools', () => {
  it('shows the calls of failures, what they were shown and why a call was refused', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'turns-'));
    mkdirSync(join(folder, 'images'));
    writeFileSync(join(folder, 'images/part.png'), await picture(2));
    const answer = (text: string, images?: string[]) => ({ role: 'tool' as const, text, ...(images === undefined ? {} : { images }) });
    const said = (text: string) => ({ role: 'assistant' as const, text });
    const turns = new Map([
      ['a', [said('<tool_call>look</tool_call>'), answer('<tool_response>\n<image>\n</tool_response>', ['images/part.png', 'images/gone.png']), said('no')]],
      ['b', [said('<tool_call>'), answer('<tool_response>\nError: The call is not <JSON>.\n</tool_response>'), said('no')]],
      ['c', [said('no')]],
    ]); // prettier-ignore
    const tools = { use: [{ name: 'look' }], maxTurns: 2, maxTokens: 128, describe: true };
    const result = await resultOf({ a: ['no'], b: ['no'], c: ['no'] }, 1, { tools, turns });
    expect(result.items[0]?.turns).toEqual(turns.get('a'));
    expect(result.tools).toEqual(tools);
    const [, first = '', second = '', third = ''] = (await reportHtml(result, made, folder)).split('<article>');
    expect(first).toContain('&lt;tool_call&gt;look&lt;/tool_call&gt;');
    // The question's image, and what the tool showed.
    expect(first.match(/href="data:image\/jpeg;base64,/g)).toHaveLength(2);
    expect(first).toContain('The image could not be read');
    expect(first).not.toContain('refused');
    expect(second).toMatch(/<pre class="refused">[^/]*Error: The call is not &lt;JSON&gt;\./);
    expect(third).toContain('It called no tool');
  });
});

describe('comparing two results', () => {
  const saved = (result: unknown): string => {
    const folder = mkdtempSync(join(tmpdir(), 'result-'));
    writeFileSync(join(folder, 'result.json'), JSON.stringify(result));
    return folder;
  };

  it('reads both from their folders and tells what changed', async () => {
    const [a, b] = [await resultOf({ a: ['yes'], b: ['no'], c: ['no'] }), await resultOf({ a: ['no'], b: ['yes'], c: ['yes'] })];
    const found = compareResults(await readResult(saved(a)), await readResult(saved(b)), 1);
    expect(found).toMatchObject({ units: 3, better: 2, worse: 1, improved: ['b', 'c'], worsened: ['a'], test: 'exact McNemar' });
    expect(comparisonTable(found)).toContain('exact McNemar: p = 1.0000');
  });

  it('names what is no result, and refuses different benchmarks', async () => {
    await expect(readResult(saved({ benchmark: 'x' }))).rejects.toMatchObject({ code: 'invalid_run' });
    const a = await resultOf({ a: ['yes'], b: ['no'], c: ['no'] });
    expect(() => compareResults(a, { ...a, benchmark: 'other' }, 1)).toThrow(/Compare results of one benchmark/);
  });
});

describe('adding a result to a run', () => {
  it('appends metrics with the split test and leaves the rest as it is', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'run-'));
    const before = '{"run":"r","step":1,"source":"all","split":"train","name":"reward/total","value":0.5}\n';
    writeFileSync(join(folder, 'metrics.jsonl'), before);
    await addToRun(await resultOf({ a: ['yes'], b: ['no'], c: ['yes'] }), folder, 40);
    const text = readFileSync(join(folder, 'metrics.jsonl'), 'utf8');
    expect(text.startsWith(before)).toBe(true);
    const added = text
      .slice(before.length)
      .trim()
      .split('\n')
      .map((line) => parseMetricRecord(JSON.parse(line)));
    expect(added.find(({ name }) => name === 'benchmark/score')).toMatchObject({ step: 40, source: 'made', split: 'test', value: 2 / 3 });
    await expect(addToRun(await resultOf({ a: ['yes'], b: ['no'], c: ['yes'] }), join(folder, 'none'), 1)).rejects.toMatchObject({
      code: 'run_exists',
    });
  });
});

describe('findOverlap', () => {
  async function* named(list: [string, Buffer][]): AsyncGenerator<NamedImage> {
    for (const [name, bytes] of list) yield { name, image: { bytes } };
  }

  it('finds a picture in another size and compression, and no other one', async () => {
    const train: [string, Buffer][] = [];
    for (const seed of [1, 2, 4, 5]) train.push([`train ${String(seed)}`, await picture(seed)]);
    const test: [string, Buffer][] = [['same', await sharp(await picture(2, 200)).png().toBuffer()], ['new', await picture(8)]]; // prettier-ignore
    const found = await findOverlap(named(train), named(test), { distance: 4 });
    expect(found).toMatchObject({ testImages: 2, trainImages: 4 });
    expect(found.pairs.map(({ test: own, train: other }) => [own, other])).toEqual([['same', 'train 2']]);
  });
});

describe('stored responses', () => {
  async function read(rows: string): Promise<unknown> {
    const path = join(mkdtempSync(join(tmpdir(), 'predictions-')), 'p.jsonl');
    writeFileSync(path, rows);
    return readPredictions(path, {});
  }

  it('are texts and numbers, a row for each attempt', async () => {
    await expect(read('{"id":1,"response":"A"}\n{"question_id":2,"prediction":5}\n{"id":1,"output":true}\n')).resolves.toEqual(
      new Map([['1', ['A', 'true']], ['2', ['5']]]), // prettier-ignore
    );
  });

  it('name the row that has none, and the line that is cut off', async () => {
    await expect(read('{"id":1,"response":{"a":1}}\n')).rejects.toThrow('p.jsonl: row 1: response is {"a":1}; a text is needed.');
    await expect(read('{"id":1,"response":["A"]}\n')).rejects.toThrow('a text is needed');
    await expect(read('{"id":1}\n')).rejects.toThrow('p.jsonl: row 1 has no response');
    await expect(read('{"response":"A"}\n')).rejects.toThrow('p.jsonl: row 1 has no id');
    await expect(read('{"id":1,"response":"A"}\n{"id":2,"resp')).rejects.toThrow('p.jsonl:2 is no JSON');
    await expect(read('')).rejects.toMatchObject({ code: 'invalid_data' });
  });
});
