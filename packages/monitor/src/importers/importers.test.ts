import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { encodeEvent } from '../sinks/tensorboard-event.ts';
import type { Imported } from './imported.ts';
import { importTensorboard } from './tensorboard.ts';
import { importTrl } from './trl.ts';
import { importVTriune } from './v-triune.ts';
import { importVerl } from './verl.ts';

const run = 'imported';
function fixture(name: string): Buffer {
  return readFileSync(new URL(`../../test/fixtures/importers/${name}`, import.meta.url));
}
function shortly({ records }: Imported): string[] {
  return records.map(({ step, split, source, name, value }) => `${step} ${split} ${source} ${name} ${value}`);
}

describe('importVerl', () => {
  it("reads what verl's own logger wrote", () => {
    const found = importVerl(fixture('verl.jsonl').toString('utf8'), { run });
    expect(shortly(found)).toEqual([
      '1 train all reward/total 0.25',
      '1 train all length/mean 120.5',
      '1 train all policy/entropy 1.5',
      '1 train all throughput/tokens_per_second 900',
      '2 train all reward/total 0.5',
      '2 train all verl/critic/score/max 1',
      '2 test openai/gsm8k evaluation/acc/mean@4 0.5',
      '2 test geo3k evaluation/reward/best@4/mean 0.75',
    ]);
    // NaN is null in its file.
    expect(found).toMatchObject({ skipped: 1, damaged: 0 });
  });

  it('keeps the other numbers of a line with NaN', () => {
    const found = importVerl('{"step": 1, "data": {"actor/grad_norm": NaN, "actor/entropy": 1}}\n', { run });
    expect([shortly(found), found.skipped, found.damaged]).toEqual([['1 train all policy/entropy 1'], 1, 0]);
  });

  it('counts a line that its writer did not finish', () => {
    const found = importVerl('{"step":1,"data":{"actor/entropy":1}}\n{"step":2,"da', { run });
    expect([shortly(found), found.damaged]).toEqual([['1 train all policy/entropy 1'], 1]);
  });
});

describe('importTrl', () => {
  it('reads trainer_state.json', () => {
    const log = [
      { step: 1, epoch: 0.5, reward: 0.25, 'rewards/digits/mean': 0.25, 'completions/mean_length': 8, entropy: 1.5, num_tokens: 90 },
      { step: 2, epoch: 1, eval_reward: 0.75, note: 'text' },
    ];
    const found = importTrl(JSON.stringify({ global_step: 2, log_history: log }), { run });
    expect(shortly(found)).toEqual([
      '1 train all reward/total 0.25',
      '1 train all reward/digits 0.25',
      '1 train all length/mean 8',
      '1 train all policy/entropy 1.5',
      '1 train all trl/num_tokens 90',
      '2 test all reward/total 0.75',
    ]);
    expect(found.skipped).toBe(1);
  });

  it('reads the NaN and infinities of a run that diverged as Python writes them, and skips them', () => {
    const text = '{"log_history": [{"step": 1, "grad_norm": NaN, "loss": -Infinity, "reward": 0.5, "note": "NaN \\" Infinity"}]}';
    const found = importTrl(text, { run });
    expect([shortly(found), found.skipped]).toEqual([['1 train all reward/total 0.5'], 3]);
  });
});

describe('importVTriune', () => {
  it("reads the paper's names back into ours, and the rest as verl's", () => {
    const line = {
      _step: 5,
      _timestamp: 1764000000.5,
      'rews/final_reward': 0.5,
      'rews_accuracy_reward/mm_math': 0.25,
      'response_length_mm_math/mean_length': 300,
      'response_length/length_clip_ratio': 0.1,
      'reflection_ratios_mm_math/reflection_ratio': 0.5,
      'actor/entropy': 1,
    };
    expect(shortly(importVTriune(JSON.stringify(line), { run }))).toEqual([
      '5 train all time/at 1764000000.5',
      '5 train all reward/total 0.5',
      '5 train mm_math reward/accuracy 0.25',
      '5 train mm_math length/mean 300',
      '5 train all length/truncated 0.1',
      '5 train mm_math reflection/any 0.5',
      '5 train all policy/entropy 1',
    ]);
  });
});

describe('importTensorboard', () => {
  it("reads the scalars that torch's SummaryWriter wrote, in both of its forms", () => {
    const found = importTensorboard(fixture('torch.tfevents'), { run });
    expect(shortly(found).filter((line) => !line.includes('time/at'))).toEqual([
      '1 train all train/loss 0.5',
      '2 train all train/loss 0.25',
      '2 train all new style 3.5',
    ]);
    // The fixture was made in 2026.
    const times = found.records.filter(({ name }) => name === 'time/at').map(({ value }) => new Date(value * 1000).getUTCFullYear());
    expect(times).toEqual([2026, 2026]);
  });

  it('reads what our sink writes, up to where it was cut off', () => {
    const step = encodeEvent({ kind: 'values', step: 7, values: [{ tag: 'a', kind: 'scalar', value: 0.5 }] }, 1);
    const file = Buffer.concat([encodeEvent({ kind: 'version' }, 1), step, step]);
    const found = importTensorboard(file.subarray(0, file.length - 3), { run, split: 'test' });
    expect([shortly(found), found.damaged]).toEqual([['7 train all time/at 1', '7 test all a 0.5'], 1]);
  });
});

describe('every importer', () => {
  it.each([
    ['verl', () => importVerl('no json', { run }), /this is no verl log: none of its 1 lines/],
    ['V-Triune', () => importVTriune('', { run }), /this is no V-Triune log: none of its 0 lines/],
    ['TRL', () => importTrl('{"log_history"', { run }), /trainer_state.json is no JSON/],
    ['TRL, other JSON', () => importTrl('{}', { run }), /no list `log_history`/],
    ['TensorBoard', () => importTensorboard(Buffer.from('PNG, perhaps, or something else'), { run }), /this is no TensorBoard event file/],
  ])('refuses another file: %s', (_, read, message) => {
    expect(read).toThrow(message);
  });
});
