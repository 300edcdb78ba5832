import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSamples, writeJsonl, type RewardModel, type Sample } from '@vtriune/format';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { curateCommand } from '../commands/data-curate.ts';
import { mixCommand } from '../commands/data-mix.ts';
import { statsCommand } from '../commands/data-stats.ts';
import { validateCommand } from '../commands/data-validate.ts';
import type { CommandContext } from '../context.ts';

interface Workplace {
  readonly folder: string;
  readonly context: CommandContext;
  readonly said: string[];
  readonly noticed: string[];
}

function workplace(): Workplace {
  const folder = mkdtempSync(join(tmpdir(), 'orsta-data-sets-'));
  const [said, noticed]: [string[], string[]] = [[], []];
  const context = {
    cwd: folder,
    output: (text: string) => void said.push(text),
    notice: (text: string) => void noticed.push(text),
    terminal: { isTTY: false, columns: 80, color: false },
  } as unknown as CommandContext;
  return { folder, context, said, noticed };
}

function sample(id: string, model: Partial<RewardModel> = {}, more: Partial<Sample> = {}): Sample {
  return {
    data_source: 'sums',
    images: [],
    prompt: [{ role: 'user', content: 'How much is it?' }],
    ability: 'math',
    reward_model: { ground_truth: '4', verifier: 'mathverify', ...model },
    extra_info: { id },
    ...more,
  };
}

/** A picture of stripes; `seed` moves them. */
async function picture(path: string, seed: number, width = 90): Promise<void> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="90" height="80">${Array.from({ length: 9 }, (_, column) =>
    Array.from(
      { length: 8 },
      (_, row) =>
        `<rect x="${column * 10}" y="${row * 10}" width="10" height="10" fill="rgb(${((column * 7 + row * 13 + 1) * seed * 37) % 256},0,90)"/>`,
    ).join(''),
  ).join('')}</svg>`;
  await sharp(Buffer.from(svg)).resize(width).png().toFile(path);
}

async function idsIn(path: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { extra_info } of readSamples(path)) ids.push(extra_info.id);
  return ids;
}

function located(id: string, path: string, model: Partial<RewardModel> = {}): Sample {
  return sample(id, model, { images: [{ path }], prompt: [{ role: 'user', content: '<image>Where is the cat?' }], ability: 'grounding' });
}

describe('orsta data curate', () => {
  it('runs the filters of a file, with rollouts and another set, and reports what each removed', async () => {
    const { folder, context, said } = workplace();
    for (const [name, seed, width] of [
      ['a', 1, 90],
      ['b', 2, 90],
      ['a-small', 1, 70],
      ['test', 3, 90],
      ['seen', 3, 180],
    ] as const)
      await picture(join(folder, `${name}.png`), seed, width);
    const box = (corners: number[]): Partial<RewardModel> => ({
      verifier: 'grounding',
      ground_truth: JSON.stringify([{ bbox_2d: corners }]),
      coordinate_space: 'pixel_original',
    });
    await writeJsonl(join(folder, 'train.jsonl'), [
      located('a', 'a.png', box([0, 0, 10, 10])),
      located('b', 'b.png', box([0, 0, 90, 80])),
      located('copy', 'a-small.png', box([0, 0, 10, 10])),
      located('seen', 'seen.png', box([0, 0, 10, 10])),
      sample('easy'),
      sample('fine', { ground_truth: '5' }),
    ]);
    await writeJsonl(join(folder, 'test.jsonl'), [located('t', 'test.png')]);
    const rollout = (id: string, reward: number): string => JSON.stringify({ sample: id, result: { status: 'scored', reward } });
    const rows = ['a', 'b', 'copy', 'seen', 'easy', 'fine'].flatMap((id) =>
      Array.from({ length: 4 }, (_, index) => rollout(id, id === 'easy' || index < 2 ? 1 : 0)),
    );
    writeFileSync(join(folder, 'rollouts.jsonl'), `${rows.join('\n')}\n`);
    writeFileSync(join(folder, 'curate.yaml'), 'boxArea: {}\nduplicates: {}\n');
    await curateCommand(
      ['train.jsonl'],
      { out: 'kept.jsonl', config: 'curate.yaml', rollouts: 'rollouts.jsonl', against: ['test.jsonl'], report: 'report.json' },
      context,
    );
    expect(await idsIn(join(folder, 'kept.jsonl'))).toEqual(['a', 'fine']);
    const report = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as {
      removals: { filter: string; removed: number; examples: string[] }[];
    };
    expect(report.removals.map(({ filter, removed, examples }) => [filter, removed, examples])).toEqual([
      ['boxArea', 1, ['b']],
      ['overlap', 1, ['seen']],
      ['duplicates', 1, ['copy']],
      ['difficulty', 1, ['easy']],
    ]);
    expect(said.join('')).toMatch(/6 samples read[\s\S]*2 samples in kept\.jsonl/);
  });

  it("applies the paper's filters by default, gold answers of ocr included", async () => {
    const { folder, context } = workplace();
    const set = [
      sample('plain'),
      sample('interval', { ground_truth: '(0, 1]' }),
      sample('choice', { verifier: 'choice', ground_truth: 'A' }),
      sample('read', { verifier: 'text', ground_truth: 'EXIT' }, { ability: 'ocr' }),
      sample('unreadable', { verifier: 'counting', ground_truth: 'many' }, { ability: 'ocr' }),
    ];
    await writeJsonl(join(folder, 'train.jsonl'), set);
    await curateCommand(['train.jsonl'], { out: 'kept.parquet' }, context);
    expect(await idsIn(join(folder, 'kept.parquet'))).toEqual(['plain', 'read']);
    writeFileSync(join(folder, 'wrong.yaml'), 'noChoises: {}\n');
    await expect(curateCommand(['train.jsonl'], { out: 'x.jsonl', config: 'wrong.yaml' }, context)).rejects.toThrow(
      /Did you mean "noChoices"/,
    );
    expect(existsSync(join(folder, 'x.jsonl'))).toBe(false);
  });
});

describe('orsta data mix', () => {
  it('caps, repeats, and goes on where it was interrupted, byte for byte', async () => {
    const { folder, context, said } = workplace();
    const of = (source: string, count: number): Sample[] =>
      Array.from({ length: count }, (_, index) => sample(`${source}-${index}`, {}, { data_source: source }));
    await writeJsonl(join(folder, 'a.jsonl'), of('math', 30));
    await writeJsonl(join(folder, 'b.jsonl'), of('puzzle_x2', 5));
    const options = { out: 'mix.jsonl', cap: ['math=12'], temperature: 1, seed: 3 };
    await mixCommand(['*.jsonl'], options, context);
    const whole = readFileSync(join(folder, 'mix.jsonl'), 'utf8');
    const ids = await idsIn(join(folder, 'mix.jsonl'));
    expect(ids.filter((id) => id.startsWith('math'))).toHaveLength(12);
    expect(ids.filter((id) => id.startsWith('puzzle')).sort()).toEqual(of('puzzle_x2', 5).flatMap(({ extra_info: { id } }) => [id, id]));
    expect(said.join('')).toContain('22 samples in mix.jsonl');
    writeFileSync(join(folder, 'mix.jsonl'), whole.slice(0, Math.floor(whole.length * 0.6)));
    await expect(mixCommand(['[ab].jsonl'], options, context)).rejects.toThrow(/--resume/);
    await mixCommand(['[ab].jsonl'], { ...options, resume: true }, context);
    expect(readFileSync(join(folder, 'mix.jsonl'), 'utf8')).toBe(whole);
    await expect(mixCommand(['[ab].jsonl'], { ...options, out: 'y.jsonl', cap: ['maths=1'] }, context)).rejects.toThrow(
      /sources: math, puzzle_x2/,
    );
  });
});

describe('orsta data stats', () => {
  it('counts and measures, and writes one page that runs nothing of the data', async () => {
    const { folder, context, said } = workplace();
    await picture(join(folder, 'a.png'), 1);
    const hostile = '<script>alert(1)</script>" onload="x';
    await writeJsonl(join(folder, 'set.jsonl'), [
      sample(hostile, { ground_truth: '</figcaption><img src=x onerror=alert(1)>' }, { data_source: hostile }),
      located('box', 'a.png', { verifier: 'grounding', ground_truth: '[{"bbox_2d": [0, 0, 9, 9]}]' }),
      located('lost', 'none.png'),
    ]);
    await statsCommand(['set.jsonl'], { html: 'set.html' }, context);
    expect(said.join('')).toMatch(/3 samples, 2 images, 1 of them cannot be read/);
    expect(said.join('')).toMatch(/longer side of an image in pixels\n\s+1 {2}0 up to 128/);
    const page = readFileSync(join(folder, 'set.html'), 'utf8');
    expect(page).not.toMatch(/<script|<img src=x|onload="x/);
    expect(page).toContain('&lt;script&gt;');
    expect(page.match(/data:image\/png;base64,/g)).toHaveLength(1);
    await statsCommand(['set.jsonl'], { json: true }, context);
    expect(JSON.parse(String(said.at(-1)))).toMatchObject({ samples: 3, bySource: { sums: 2 }, unreadableImages: 1 });
  });
});

describe('orsta data validate --fix', () => {
  it('mends what a rule can, keeps what is right, and leaves out what is not', async () => {
    const { folder, context, said } = workplace();
    await picture(join(folder, 'a.png'), 1);
    const box = (id: string, corners: number[]): Sample =>
      located(id, 'a.png', {
        verifier: 'grounding',
        ground_truth: JSON.stringify([{ bbox_2d: corners }]),
        coordinate_space: 'pixel_original',
      });
    const lines: unknown[] = [
      box('right', [1, 2, 30, 40]),
      box('swapped', [30, 40, 1, 2]),
      box('beyond', [10, 10, 91.5, 81.5]),
      box('elsewhere', [10, 10, 900, 800]),
      { ...box('unmarked', [1, 2, 30, 40]), prompt: [{ role: 'user', content: 'Where?' }] },
      { ...sample('half'), ability: 3 },
    ];
    writeFileSync(join(folder, 'set.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    await expect(validateCommand('set.jsonl', { fix: 'out/fixed.jsonl' }, context)).rejects.toThrow(
      /5 of 6 samples .* wrong \(box 3, image_mismatch 1, invalid_sample 1\), 3 of them could be mended/,
    );
    const fixed: Sample[] = [];
    for await (const one of readSamples(join(folder, 'out/fixed.jsonl'))) fixed.push(one);
    expect(fixed.map(({ extra_info, reward_model }) => [extra_info.id, reward_model.ground_truth])).toEqual([
      ['right', '[{"bbox_2d":[1,2,30,40]}]'],
      ['swapped', '[{"bbox_2d":[1,2,30,40]}]'],
      ['beyond', '[{"bbox_2d":[10,10,90,80]}]'],
      ['unmarked', '[{"bbox_2d":[1,2,30,40]}]'],
    ]);
    expect(fixed[3]?.prompt[0]?.content).toBe('<image>\nWhere?');
    expect(said.join('')).toMatch(/swapped: .*\(mended: corners put in order\)/);
    expect(said.join('')).toContain('4 samples in out/fixed.jsonl: 1 were right, 3 mended, 2 are left out');
    await validateCommand('out/fixed.jsonl', {}, context);
    expect(said.at(-1)).toContain('4 samples are valid');
  });
});
