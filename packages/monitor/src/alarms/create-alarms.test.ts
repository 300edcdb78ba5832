import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { recordsAt, seriesOf } from '../../test/series.ts';
import { parseAlarmRecord } from '../record.ts';
import { createAlarms } from './create-alarms.ts';
import { defineAlarm, ruleSettings, steps } from './rule.ts';

const failing = seriesOf(120, () => ({ 'math|reward/scored': 6, 'math|reward/failed': 2, 'math|failure/timeout': 2 }));

describe('createAlarms', () => {
  it('makes records that say what was seen, with its numbers', () => {
    const [first] = createAlarms().observe(failing);
    expect(first).toEqual({
      run: 'r',
      step: 1,
      source: 'math',
      alarm: 'verifier_failures',
      severity: 'warning',
      message:
        '2 of 8 responses to math (25 %) have no reward: timeout 2. They leave their groups and teach nothing; see their messages in rollouts.jsonl.',
      values: { rate: 0.25, failed: 2, nonFinite: 0, scored: 6, 'failure/timeout': 2 },
    });
    expect(parseAlarmRecord(first)).toBe(first);
  });

  it('gives the same alarms step by step as at once', () => {
    const alarms = createAlarms();
    const byStep = Array.from({ length: 120 }, (_, index) => failing.filter(({ step }) => step === index + 1));
    expect(byStep.flatMap((records) => alarms.observe(records))).toEqual(createAlarms().observe(failing));
  });

  it('raises an alarm that stays again only after `repeatEvery` steps', () => {
    expect(
      createAlarms()
        .observe(failing)
        .map(({ step }) => step),
    ).toEqual([1, 51, 101]);
    expect(
      createAlarms({ repeatEvery: 30 })
        .observe(failing)
        .map(({ step }) => step),
    ).toEqual([1, 31, 61, 91]);
  });

  it('raises it at once when it gets worse, and for another source', () => {
    const alarms = createAlarms();
    alarms.observe(recordsAt(1, { 'math|reward/scored': 6, 'math|reward/failed': 2 }));
    const later = alarms.observe(
      recordsAt(2, { 'math|reward/scored': 1, 'math|reward/failed': 7, 'ocr|reward/scored': 6, 'ocr|reward/failed': 2 }),
    );
    expect(later.map(({ source, severity }) => `${source} ${severity}`)).toEqual(['math critical', 'ocr warning']);
  });

  it('tells findings about several parts of a model apart', () => {
    const spikes = seriesOf(40, (step) => ({
      'optimizer/grad_norm/vit': step === 30 ? 50 : 1,
      'optimizer/grad_norm/llm': step === 30 ? 60 : 1,
    }));
    const messages = createAlarms()
      .observe(spikes)
      .map(({ message }) => message);
    expect(messages).toEqual([
      expect.stringContaining('norm of vit is 50, 50 times'),
      expect.stringContaining('norm of llm is 60, 60 times'),
    ]);
  });

  it('takes settings: limits, and rules that are off', () => {
    expect(createAlarms({ verifierFailures: { share: 0.3 } }).observe(failing)).toEqual([]);
    expect(createAlarms({ verifierFailures: { enabled: false } }).observe(failing)).toEqual([]);
  });

  it.each([
    [{ verifierFailure: {} }, /alarms: .*verifierFailure/],
    [{ verifierFailures: { share: 2 } }, /alarms: .*verifierFailures\.share/],
    [{ repeatEvery: 0 }, /alarms: .*repeatEvery/],
  ])('refuses %j', (input, message) => {
    expect(() => createAlarms(input as object)).toThrow(message);
  });

  it('runs a rule of somebody else', () => {
    const slow = defineAlarm({
      name: 'slow_steps',
      settings: ruleSettings('A step takes too long.', { seconds: steps('Longest step.', 60) }),
      watch:
        ({ seconds }) =>
        ({ value }) => {
          const took = value('time/step');
          return took === undefined || took <= seconds ? [] : [{ severity: 'warning', message: `${took} s`, values: { took } }];
        },
    });
    const alarms = createAlarms({}, [slow]).observe(seriesOf(2, (step) => ({ 'time/step': 60 * step })));
    expect(alarms).toEqual([
      { run: 'r', step: 2, source: 'all', alarm: 'slow_steps', severity: 'warning', message: '120 s', values: { took: 120 } },
    ]);
    expect(Type.IsObject(slow.settings)).toBe(true);
  });
});
