import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RewardRequest, RewardResult } from '@vtriune/verifiers';
import { describe, expect, it } from 'vitest';
import { recordedSteps } from '../run/recorded-steps.ts';
import { createThresholdHistory, isAdaptive } from './threshold-history.ts';

function scored(
  components: Record<string, number>,
  metrics: Record<string, number> = { iou_threshold: 0.5, negative_image: 0 },
): RewardResult {
  return { id: '1', data_source: 's', verifier: 'grounding', status: 'scored', reward: 0, components, metrics, elapsed_ms: 1 };
}
const failed: RewardResult = {
  id: '1',
  data_source: 's',
  verifier: 'grounding',
  status: 'failed',
  error: { code: 'verifier_error', message: 'broken' },
};
const hit = scored({ overlap: 0.6 });
const miss = scored({ overlap: 0 });

describe('createThresholdHistory', () => {
  it('has one window for each source in each step', () => {
    const history = createThresholdHistory();
    history.record([
      { source: 'a', result: hit },
      { source: 'b', result: miss },
      { source: 'a', result: miss },
    ]);
    history.record([{ source: 'a', result: hit }]);
    expect(history.of('a')).toEqual([
      { passed: 1, count: 2 },
      { passed: 1, count: 1 },
    ]);
    expect(history.of('b')).toEqual([{ passed: 0, count: 1 }]);
    expect(history.of('none')).toEqual([]);
  });

  it('leaves out failures, samples without boxes and images without objects', () => {
    const history = createThresholdHistory();
    history.record([
      { source: 's', result: failed },
      { source: 's', result: scored({ accuracy: 1 }, { length: 3 }) },
      { source: 's', result: scored({ overlap: 1 }, { iou_threshold: 0.5, negative_image: 1 }) },
    ]);
    expect(history.of('s')).toEqual([]);
  });

  it('reads detection, and a box verifier among several', () => {
    const history = createThresholdHistory();
    const several = { 'text/exact': 1, 'detection/iou_threshold': 0.5, 'detection/negative_image': 0 };
    history.record([
      { source: 's', result: scored({ iou_label_first: 0.2 }) },
      { source: 's', result: scored({ 'detection/iou_label_first': 0.2, 'text/overlap': 0 }, several) },
      { source: 's', result: scored({ 'detection/iou_label_first': 0, 'text/overlap': 1 }, several) },
    ]);
    expect(history.of('s')).toEqual([{ passed: 2, count: 3 }]);
  });
});

describe('the steps of a resumed run', () => {
  it('give the history of the run that wrote the records', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'history-'));
    const rows = [
      { step: 0, split: 'test', source: 's', result: hit },
      { step: 1, split: 'train', source: 's', result: hit },
      { step: 1, split: 'train', source: 's', result: miss },
      { step: 2, split: 'test', source: 's', result: hit },
      { step: 2, split: 'train', source: 's', result: miss },
      { step: 3, split: 'train', source: 's', result: hit },
    ];
    await writeFile(join(folder, 'rollouts.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const history = createThresholdHistory();
    for await (const { responses } of recordedSteps(join(folder, 'rollouts.jsonl'))) history.record(responses);
    expect(history.of('s')).toEqual([
      { passed: 1, count: 2 },
      { passed: 0, count: 1 },
      { passed: 1, count: 1 },
    ]);
    await rm(folder, { recursive: true });
  });
});

describe('isAdaptive', () => {
  const request: RewardRequest = { id: '1', data_source: 's', verifier: 'grounding', response: '', ground_truth: '' };
  const adaptive = { iou_threshold: { kind: 'adaptive', levels: [0.5], raiseAbove: 0.5 } };
  it.each([
    [{}, false],
    [{ verifier_parm: { iou_threshold: 0.5 } }, false],
    [{ verifier_parm: { iou_threshold: 'dynamic' } }, false],
    [{ verifier_parm: adaptive }, true],
    [{ rewards: [{ verifier: 'text' }, { verifier: 'detection', verifier_parm: adaptive }] }, true],
  ])('%j: %s', (change, expected) => {
    expect(isAdaptive({ ...request, ...change })).toBe(expected);
  });
});
