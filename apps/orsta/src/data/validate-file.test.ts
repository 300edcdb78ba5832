import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSample, writeParquet } from '@vtriune/format';
import { builtins, createRegistry } from '@vtriune/verifiers';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { validateFile, type FileValidation } from './validate-file.ts';

const PNG_2_BY_1 = (
  await sharp({ create: { width: 2, height: 1, channels: 3, background: 'red' } })
    .png()
    .toBuffer()
).toString('base64');

const good = {
  data_source: 's',
  images: [],
  prompt: [{ role: 'user', content: 'q' }],
  ability: 'math',
  reward_model: { verifier: 'mathverify', ground_truth: '4' },
  extra_info: { id: 'good' },
};

async function problemsOf(...lines: unknown[]): Promise<readonly string[]> {
  const path = join(mkdtempSync(join(tmpdir(), 'orsta-validate-')), 'samples.jsonl');
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return (await validated(path)).problems;
}

async function validated(path: string): Promise<FileValidation & { problems: string[] }> {
  const problems: string[] = [];
  const validation = await validateFile(path, { registry: createRegistry(builtins), report: (problem) => problems.push(problem) });
  return { ...validation, problems };
}

it('lists gold answers below 1, with what they score', async () => {
  const flat = { verifier: 'grounding', ground_truth: '[10, 10, 50, 10]', verifier_parm: { iou_threshold: 0.5 } };
  const [problem, ...others] = await problemsOf(good, { ...good, reward_model: flat });
  expect(others).toEqual([]);
  expect(problem).toMatch(/:2 good: its gold answer .*\[10,10,50,10\].* scores 0\.0000 with "grounding"/);
});

it('takes gold answers in the format that the sample pays for', async () => {
  const ratios = { accuracy_ratio: 0.9, format_ratio: 0.1 };
  const compat = { verifier_parm: { compat: 'v-triune' }, ground_truth: '$4$' };
  const models = [ratios, { ...ratios, ...compat }].map((more) => ({ ...good, reward_model: { ...good.reward_model, ...more } }));
  expect(await problemsOf(...models)).toEqual([]);
});

it('checks every verifier of a sample that has several', async () => {
  const rewards = (...entries: object[]) => ({ ...good, reward_model: { ...good.reward_model, rewards: entries } });
  expect(await problemsOf(rewards({ verifier: 'mathverify', weight: 2 }, { verifier: 'format' }))).toEqual([]);
  const [broken] = await problemsOf(rewards({ verifier: 'mathverify' }, { verifier: 'counting', ground_truth: 'many', name: 'n' }));
  expect(broken).toContain('Ground truth of "counting" is "many"');
});

it('lists broken lines, unknown verifiers, unreadable truths and missing images, and nothing else', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'orsta-validate-')), 'samples.jsonl');
  const lines = [
    good,
    { ...good, reward_model: { verifier: 'counting', ground_truth: 'many' } },
    { ...good, reward_model: { verifier: 'mathverfy', ground_truth: '4' } },
    { ...good, images: [{ path: 'absent.png' }], prompt: [{ role: 'user', content: '<image>' }] },
    { ...good, ability: 3 },
  ];
  writeFileSync(path, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n{broken\n`);
  const { samples, wrong, kinds, problems } = await validated(path);
  expect([samples, wrong]).toEqual([6, 5]);
  expect(kinds).toEqual({ gold_answer: 2, image: 1, invalid_sample: 1, invalid_json: 1 });
  expect(problems.map((problem) => Number(/samples\.jsonl:(\d)/.exec(problem)?.[1]))).toEqual([2, 3, 4, 5, 6]);
  expect(problems[2]).toContain('absent.png does not exist');
});

it('lists prompts with a token that the model would not read as text', async () => {
  const asks = (content: string) => ({ ...good, prompt: [{ role: 'user', content }] });
  const [problem, ...others] = await problemsOf(asks('Where is <|box_start|>?'), asks('a <|im_end|> b'));
  expect(others).toEqual([]);
  expect(problem).toMatch(/:2 good: the user message holds <\|im_end\|>/);
});

describe('images and boxes', () => {
  const box = (truth: string, more: object = {}): object => ({
    ...good,
    images: [{ bytes: PNG_2_BY_1 }],
    prompt: [{ role: 'user', content: '<image>q' }],
    reward_model: { verifier: 'grounding', ground_truth: truth, coordinate_space: 'pixel_original', ...more },
  });

  it('finds boxes outside of the image, in the space that the sample declares', async () => {
    expect(await problemsOf(box('[0, 0, 2, 1]'), box('[0, 0, 900, 1000]', { coordinate_space: 'norm_1000' }))).toEqual([]);
    const wrong = await problemsOf(box('[0, 0, 9, 1]'), box('[[1, 0, 0, 1]]'), box('[0, 0, 2, 1]', { coordinate_space: 'norm_1' }));
    expect(wrong).toEqual([
      expect.stringMatching(/:1 good: the box \[0, 0, 9, 1\] .* x1 < x2 <= 2, y1 < y2 <= 1 in pixel_original/) as string,
      expect.stringMatching(/:2 good: the box \[1, 0, 0, 1\]/) as string,
      expect.stringMatching(/:3 good: .*norm_1;/) as string,
    ]);
  });

  it('finds images that no processor takes', async () => {
    const strip = await sharp({ create: { width: 201, height: 1, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const [problem] = await problemsOf({ ...box('[0, 0, 2, 1]'), images: [{ bytes: strip.toString('base64') }] });
    expect(problem).toMatch(/:1: an image of 201x1 pixels has an aspect ratio of 201\.0; at most 200 is allowed/);
  });

  it('finds images that do not decode', async () => {
    const [problem] = await problemsOf({ ...box('[0, 0, 2, 1]'), images: [{ bytes: 'AAAA' }] });
    expect(problem).toMatch(/:1: /);
  });
});

it('reads Parquet, and names the row', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'orsta-validate-')), 'samples.parquet');
  const sample = parseSample(good);
  await writeParquet(path, [sample, { ...sample, reward_model: { verifier: 'counting', ground_truth: 'many' } }]);
  const { samples, problems } = await validated(path);
  expect(samples).toBe(2);
  expect(problems).toEqual([expect.stringMatching(/samples\.parquet: row 2: .*many/) as string]);
});
