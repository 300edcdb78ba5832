import { describe, expect, it } from 'vitest';
import { createNoise, seriesOf, type StepValues } from '../../test/series.ts';
import type { AlarmRecord } from '../record.ts';
import { createAlarms } from './create-alarms.ts';

type Series = (step: number, noise: () => number) => StepValues;

function alarmsOf(series: Series, steps = 120, seed = 7): AlarmRecord[] {
  const noise = createNoise(seed);
  return createAlarms().observe(seriesOf(steps, (step) => series(step, noise)));
}

function namesOf(alarms: readonly AlarmRecord[]): string[] {
  return [...new Set(alarms.map(({ alarm, source }) => `${alarm} ${source}`))].sort();
}

function ramp(step: number, from: number, to: number, over = 120): number {
  return from + (to - from) * Math.min(1, step / over);
}

interface Case {
  readonly rule: string;
  /** Raises this rule, for this source, and no other. */
  readonly faults: Readonly<Record<string, Series>>;
  /** Raise nothing at all. */
  readonly sound: Readonly<Record<string, Series>>;
}

const CASES: readonly Case[] = [
  {
    rule: 'reward_collapse all',
    faults: {
      'falls at once': (step, noise) => ({ 'reward/total': (step < 60 ? 0.7 : 0.2) + 0.1 * noise() }),
      'falls slowly': (step, noise) => ({ 'reward/total': ramp(step, 0.8, 0.2) + 0.1 * noise() }),
    },
    sound: {
      rises: (step, noise) => ({ 'reward/total': ramp(step, 0.2, 0.8) + 0.2 * noise() }),
      'one bad step': (step) => ({ 'reward/total': step === 80 ? 0 : 0.6 }),
      'noise alone': (_, noise) => ({ 'reward/total': noise() }),
      'falls a little': (step, noise) => ({ 'reward/total': ramp(step, 0.7, 0.6) + 0.1 * noise() }),
      'is 0 from the start': () => ({ 'reward/total': 0 }),
    },
  },
  {
    rule: 'learns_nothing ocr',
    faults: {
      'stays where it began': (step, noise) => ({ 'ocr|reward/total': 0.2 + 0.1 * noise(), 'math|reward/total': ramp(step, 0.2, 0.7) }),
      'never earns': () => ({ 'ocr|reward/total': 0 }),
    },
    sound: {
      learns: (step, noise) => ({ 'ocr|reward/total': ramp(step, 0.2, 0.5) + 0.1 * noise() }),
      'is solved': () => ({ 'ocr|reward/total': 0.97 }),
      'learned early': (step, noise) => ({ 'ocr|reward/total': ramp(step, 0.2, 0.6, 40) + 0.05 * noise() }),
      'is new': (step): StepValues => (step > 80 ? { 'ocr|reward/total': 0.2 } : {}),
    },
  },
  {
    rule: 'held_out_falls all',
    faults: {
      'held-out reward falls': (step) => ({
        'reward/total': ramp(step, 0.3, 0.8),
        ...(step % 20 === 0 ? { 'all|test|reward/total': ramp(step, 0.5, 0.3) } : {}),
      }),
      'accuracy of the evaluation falls after it rose': (step) => ({
        'reward/total': ramp(step, 0.3, 0.8),
        ...(step % 20 === 0 ? { 'all|test|evaluation/verified': step <= 60 ? ramp(step, 0.3, 0.5, 60) : 0.4 } : {}),
      }),
    },
    sound: {
      'both rise': (step) => ({
        'reward/total': ramp(step, 0.3, 0.8),
        ...(step % 20 === 0 ? { 'all|test|reward/total': ramp(step, 0.3, 0.6) } : {}),
      }),
      'both stay': (step) => ({ 'reward/total': 0.5, ...(step % 20 === 0 ? { 'all|test|reward/total': step === 60 ? 0.5 : 0.4 } : {}) }),
      'no evaluation': (step) => ({ 'reward/total': ramp(step, 0.3, 0.8) }),
    },
  },
  {
    rule: 'length_explosion math',
    faults: {
      'wrong ones alone': (step) => ({ 'math|length/wrong_mean': ramp(step, 200, 900), 'math|length/correct_mean': 220 }),
      'right ones are never seen': (step) => ({ 'math|length/wrong_mean': ramp(step, 200, 900), 'math|length/truncated': 0.4 }),
    },
    sound: {
      'both grow': (step) => ({ 'math|length/wrong_mean': ramp(step, 200, 900), 'math|length/correct_mean': ramp(step, 180, 800) }),
      'short answers': (step) => ({ 'math|length/wrong_mean': ramp(step, 3, 20), 'math|length/correct_mean': 4 }),
      'they get shorter': (step) => ({ 'math|length/wrong_mean': ramp(step, 900, 200), 'math|length/correct_mean': 220 }),
    },
  },
  {
    rule: 'format_over_accuracy chart',
    faults: {
      'format replaces accuracy': (step, noise) => ({
        'chart|reward/format': ramp(step, 0.3, 0.95),
        'chart|reward/accuracy': ramp(step, 0.6, 0.2) + 0.05 * noise(),
      }),
    },
    sound: {
      'both rise': (step) => ({ 'chart|reward/format': ramp(step, 0.3, 0.95), 'chart|reward/accuracy': ramp(step, 0.2, 0.6) }),
      'format alone rises': (step, noise) => ({
        'chart|reward/format': ramp(step, 0.3, 0.95),
        'chart|reward/accuracy': 0.5 + 0.1 * noise(),
      }),
      'accuracy alone falls': (step) => ({ 'chart|reward/format': 0.9, 'chart|reward/accuracy': ramp(step, 0.6, 0.4) }),
      'no format': (step) => ({ 'chart|reward/accuracy': ramp(step, 0.6, 0.4) }),
    },
  },
  {
    rule: 'entropy_collapse all',
    faults: {
      'falls to nearly nothing': (step) => ({ 'policy/entropy': 1.2 * Math.exp(-step / 15), 'reward/total': 0.4 }),
      'where no reward is reported': (step) => ({ 'policy/entropy': step < 50 ? 0.9 : 0.1 }),
    },
    sound: {
      'falls to a half': (step) => ({ 'policy/entropy': ramp(step, 1.2, 0.6), 'reward/total': 0.4 }),
      'falls as the tasks are solved': (step) => ({ 'policy/entropy': ramp(step, 1, 0.05), 'reward/total': ramp(step, 0.9, 0.98) }),
      rises: (step) => ({ 'policy/entropy': ramp(step, 0.2, 1.5) }),
    },
  },
  {
    rule: 'gradient_spike all',
    faults: {
      'of the whole model': (step, noise) => ({ 'optimizer/grad_norm': step === 90 ? 40 : 1 + noise() }),
      'of one part': (step, noise) => ({
        'optimizer/grad_norm': 1 + noise(),
        'optimizer/grad_norm/vit': step === 50 ? 9 : 0.2 + 0.1 * noise(),
      }),
    },
    sound: {
      'grows slowly': (step) => ({ 'optimizer/grad_norm': ramp(step, 1, 12) }),
      'wide noise': (_, noise) => ({ 'optimizer/grad_norm': 1 + 4 * noise() }),
      'large in the first steps': (step) => ({ 'optimizer/grad_norm': step < 5 ? 50 : 1 }),
    },
  },
  {
    rule: 'vision_gradients all',
    faults: {
      'vit above llm': (_, noise) => ({ 'optimizer/grad_norm/vit': 20 + 5 * noise(), 'optimizer/grad_norm/llm': 1 + 0.2 * noise() }),
    },
    sound: {
      'vit below llm': (_, noise) => ({ 'optimizer/grad_norm/vit': 1 + noise(), 'optimizer/grad_norm/llm': 1 }),
      'once above': (step) => ({ 'optimizer/grad_norm/vit': step === 30 ? 9 : 1, 'optimizer/grad_norm/llm': step === 30 ? 0.5 : 1 }),
      'vit is frozen': () => ({ 'optimizer/grad_norm/llm': 0.01 }),
    },
  },
  {
    rule: 'other_space detection',
    faults: {
      'a third of the responses': () => ({ 'detection|reward/scored': 8, 'detection|verifier/other_space_fits': 0.33 }),
      'with the name of its verifier': () => ({ 'detection|reward/scored': 8, 'detection|verifier/grounding/other_space_fits': 1 }),
    },
    sound: {
      'a stray response': (step) => ({ 'detection|reward/scored': 8, 'detection|verifier/other_space_fits': step % 10 === 0 ? 0.25 : 0 }),
      'another metric': () => ({ 'detection|reward/scored': 8, 'detection|verifier/another_space_fits': 1 }),
    },
  },
  {
    rule: 'verifier_failures math',
    faults: {
      'failures with a code': () => ({ 'math|reward/scored': 6, 'math|reward/failed': 2, 'math|failure/timeout': 2 }),
      'rewards that are no numbers': () => ({ 'math|reward/scored': 8, 'math|reward/failed': 0, 'math|reward/non_finite': 4 }),
    },
    sound: {
      none: () => ({ 'math|reward/scored': 8, 'math|reward/failed': 0 }),
      'one in a hundred': () => ({ 'math|reward/scored': 99, 'math|reward/failed': 1 }),
    },
  },
  {
    rule: 'no_signal all',
    faults: {
      'no answer is right': () => ({ 'group/zero_variance': 1, 'group/all_correct': 0 }),
      'every answer is right': () => ({ 'group/zero_variance': 1, 'group/all_correct': 1 }),
    },
    sound: {
      'half of the groups': (_, noise) => ({ 'group/zero_variance': 0.3 + 0.4 * noise() }),
      'three steps in a row': (step) => ({ 'group/zero_variance': step % 10 < 3 ? 1 : 0.5 }),
    },
  },
  {
    rule: 'divergence all',
    faults: {
      'KL divergence': (step) => ({ 'policy/approximate_kl': ramp(step, 0.001, 0.6) }),
      'gap of sampler and trainer': () => ({ 'policy/sampler_gap': 0.3 }),
      'growing gradients': (step) => ({ 'optimizer/grad_norm': 0.5 * 1.05 ** step }),
    },
    sound: {
      'small KL': (_, noise) => ({ 'policy/approximate_kl': 0.01 * noise(), 'policy/sampler_gap': 1e-6 }),
      'one large update': (step) => ({ 'policy/approximate_kl': step === 50 ? 0.4 : 0.01 }),
      'gradients double': (step) => ({ 'optimizer/grad_norm': ramp(step, 1, 2) }),
    },
  },
];

describe.each(CASES)('$rule', ({ rule, faults, sound }) => {
  it.each(Object.entries(faults))('is raised, and alone: %s', (_, series) => {
    expect(namesOf(alarmsOf(series))).toEqual([rule]);
  });

  it.each(Object.entries(sound))('is not raised: %s', (_, series) => {
    expect(namesOf(alarmsOf(series))).toEqual([]);
  });
});

describe('the alarms together', () => {
  it('raise nothing in 200 runs of noise without a trend', () => {
    const raised = Array.from({ length: 200 }, (_, run) => {
      const level = createNoise(run + 1)();
      return alarmsOf(
        (_step, noise) => ({
          'reward/total': Math.min(1, level * 0.8 + 0.4 * (noise() - 0.5) + 0.2),
          'policy/entropy': 0.8 + 0.4 * noise(),
          'optimizer/grad_norm': 1 + 2 * noise(),
          'math|length/wrong_mean': 200 + 200 * noise(),
          'math|length/correct_mean': 200 + 100 * noise(),
          'math|reward/format': 0.7 + 0.3 * noise(),
          'math|reward/accuracy': noise(),
        }),
        300,
        run + 1000,
      );
    });
    expect(raised.flat()).toEqual([]);
  });
});
