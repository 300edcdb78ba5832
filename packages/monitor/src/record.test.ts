import { describe, expect, it } from 'vitest';
import { failed, rollout, scored } from '../test/example-rollout.ts';
import { MonitorError } from './errors.ts';
import { parseAlarmRecord, parseMetricRecord, parseRolloutRecord } from './record.ts';
import { schemas } from './schemas.ts';

const metric = { run: 'r', step: 0, source: 'all', split: 'train', name: 'policy/entropy', value: 1.5 };

describe('parseMetricRecord', () => {
  it('accepts a record', () => {
    expect(parseMetricRecord(metric)).toBe(metric);
  });

  it.each([
    [{ ...metric, value: NaN }, '/value'],
    [{ ...metric, value: Infinity }, '/value'],
    [{ ...metric, step: -1 }, '/step'],
    [{ ...metric, step: 1.5 }, '/step'],
    [{ ...metric, name: '' }, '/name'],
    [null, '/'],
  ])('refuses %j', (record, pointer) => {
    expect(() => parseMetricRecord(record)).toThrow(MonitorError);
    expect(() => parseMetricRecord(record)).toThrow(`metric record: ${pointer} `);
  });
});

describe('parseRolloutRecord', () => {
  it('accepts scored and failed rollouts, with boxes and images', () => {
    for (const result of [scored(), failed]) {
      const record = rollout({
        result,
        images: ['images/1.png'],
        advantage: -0.5,
        boxes: [{ bbox_2d: [1, 2, 3, 4], label: 'cat', kind: 'predicted' }],
      });
      expect(parseRolloutRecord(record)).toBe(record);
    }
  });

  it.each([
    [rollout({ source: 'all' }), /"all", the name of the aggregate/],
    [rollout({ boxes: [{ bbox_2d: [1, 2, 3] }] }), /\/boxes\/0\/bbox_2d/],
    [{ ...rollout(), result: { ...scored(), components: { accuracy: 'high' } } }, /\/result\/components\/accuracy must be number/],
    [{ ...rollout(), response: undefined }, /must have required property 'response'/],
  ])('refuses a wrong one', (record, message) => {
    expect(() => parseRolloutRecord(record)).toThrow(message);
  });
});

describe('parseAlarmRecord', () => {
  const alarm = { run: 'r', step: 3, source: 'all', alarm: 'no_signal', severity: 'warning', message: 'all equal', values: { share: 1 } };

  it('accepts an alarm', () => {
    expect(parseAlarmRecord(alarm)).toBe(alarm);
  });

  it.each([
    [{ ...alarm, severity: 'fatal' }, '/severity'],
    [{ ...alarm, values: { share: NaN } }, '/values/share'],
    [{ ...alarm, message: '' }, '/message'],
    [{ ...alarm, source: undefined }, '/'],
  ])('refuses %j', (record, pointer) => {
    expect(() => parseAlarmRecord(record)).toThrow(`alarm record: ${pointer} `);
  });
});

describe('the schemas', () => {
  it('are plain JSON', () => {
    expect(Object.keys(schemas)).toEqual(['metric-record', 'rollout-record', 'alarm-record']);
    expect(JSON.parse(JSON.stringify(schemas['metric-record']))).toMatchObject({ type: 'object', required: Object.keys(metric) });
  });
});
