import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MetricRecord } from '@vtriune/monitor';
import type { RewardEvent } from '@vtriune/verifiers/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRecordedResults } from './recorded-results.ts';
import { openRunRecorder, type RunRecorder } from './run-recorder.ts';

let folder: string;
const errors: unknown[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recorder-'));
  errors.length = 0;
});
afterEach(() => rm(folder, { recursive: true }));

function open(): Promise<RunRecorder> {
  return openRunRecorder({ run: 'r', folder, rewardsPerStep: 4, onError: (error) => errors.push(error) });
}

interface Given {
  readonly step?: number;
  readonly reward?: number;
  readonly source?: string;
  readonly response?: string;
  readonly route?: string;
  readonly requestId?: string;
}

function event(id: string, given: Given): RewardEvent {
  const { step, reward = 1, source = 'math', response = 'text', route = '/v1/rewards', requestId = 'q' } = given;
  const shared = { id, data_source: source, verifier: 'counting' };
  const result: RewardEvent['result'] = {
    ...shared,
    status: 'scored',
    reward,
    components: { accuracy: reward, format: 1 },
    metrics: {},
    elapsed_ms: 1,
  };
  return {
    run: 'r',
    route,
    requestId,
    latencyMs: 3,
    request: { ...shared, response, ground_truth: '1', ...(step === undefined ? {} : { progress: { step, total_steps: 100 } }) },
    result,
  };
}

async function metrics(name: string, source: string): Promise<Record<number, number>> {
  const text = await readFile(join(folder, 'metrics.jsonl'), 'utf8').catch(() => '');
  const records = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): MetricRecord => JSON.parse(line));
  const found = records.filter((record) => record.name === name && record.source === source);
  // A step that is there twice would be two curves in one.
  expect(new Set(found.map(({ step }) => step)).size).toBe(found.length);
  return Object.fromEntries(found.map(({ step, value }) => [step, value]));
}

describe('openRunRecorder', () => {
  it('sums up each step per source, with latencies', async () => {
    const recorder = await open();
    recorder.record([event('a', { step: 1, reward: 0 }), event('b', { step: 1 }), event('c', { step: 1, source: 'chart' })]);
    recorder.record([event('d', { step: 2, reward: 0.5 })]);
    await recorder.close();
    expect(await metrics('reward/total', 'math')).toEqual({ 1: 0.5, 2: 0.5 });
    expect(await metrics('reward/total', 'chart')).toEqual({ 1: 1 });
    expect(await metrics('time/reward_latency_ms_mean', 'chart')).toEqual({ 1: 3 });
    expect(errors).toEqual([]);
  });

  it('goes on after a kill without losing or repeating anything', async () => {
    const killed = await open();
    for (const step of [1, 2, 3, 4]) killed.record([event('a', { step }), event('b', { step, reward: 0 })]);
    // No close: the process is gone. The write of the ended steps may or may not have happened.
    await new Promise((done) => setTimeout(done, 20));
    const next = await open();
    // The trainer asks again for what it did not get an answer to.
    next.record([event('b', { step: 4, reward: 0 }), event('c', { step: 4, reward: 0 })]);
    await next.close();
    expect(await metrics('reward/scored', 'math')).toEqual({ 1: 2, 2: 2, 3: 2, 4: 3 });
  });

  it('counts a retry once, and two equal responses of a group twice', async () => {
    const recorder = await open();
    recorder.record([event('a-0', { step: 1 }), event('a-1', { step: 1 })]);
    recorder.record([event('a-0', { step: 1 })]);
    await recorder.close();
    expect(await metrics('reward/scored', 'math')).toEqual({ 1: 2 });
  });

  it('counts equal responses under the id of their sample, of one call and of the calls of a wire, and after a kill too', async () => {
    const killed = await open();
    killed.record([event('a', { step: 1 }), event('a', { step: 1 }), event('a', { step: 1 })]);
    for (const requestId of ['q1', 'q2', 'q2']) killed.record([event('b', { step: 1, route: '/get_reward', requestId })]);
    const next = await open();
    // The answer to the first call was lost.
    next.record([event('a', { step: 1 }), event('a', { step: 1 }), event('a', { step: 1 })]);
    await next.close();
    expect(await metrics('reward/scored', 'math')).toEqual({ 1: 5 });
  });

  it('counts each item without an id, which has the name of its place in every call', async () => {
    const recorder = await open();
    for (const requestId of ['q1', 'q2']) recorder.record([event('#0', { step: 1, requestId }), event('', { step: 1, requestId })]);
    await recorder.close();
    expect(await metrics('reward/scored', 'math')).toEqual({ 1: 4 });
  });

  it('takes what comes late into the oldest open step', async () => {
    const recorder = await open();
    for (const step of [1, 2, 3, 4, 5]) recorder.record([event('a', { step })]);
    // Steps are ended after the answers of a turn of the event loop.
    await new Promise((turn) => setImmediate(turn));
    recorder.record([event('late', { step: 1 })]);
    await recorder.close();
    expect(await metrics('reward/scored', 'math')).toEqual({ 1: 1, 2: 1, 3: 1, 4: 2, 5: 1 });
  });

  it('makes steps of a number of results where nobody tells the step', async () => {
    const recorder = await open();
    recorder.record(Array.from({ length: 10 }, (_, index) => event(String(index), {})));
    await recorder.close();
    expect(await metrics('reward/scored', 'all')).toEqual({ 0: 4, 1: 4, 2: 2 });
  });
});

describe('a recorder of what no record may be', () => {
  it('keeps results without an id or a source, and is opened again with them', async () => {
    const recorder = await open();
    recorder.record([event('', { step: 1, source: '' }), event('b', { step: 1, source: 'all' })]);
    const next = await open();
    await next.close();
    expect(await metrics('reward/scored', 'unknown')).toEqual({ 1: 1 });
    expect(await metrics('reward/scored', 'all_')).toEqual({ 1: 1 });
    expect(errors).toEqual([]);
  });

  it.each(['x', null, -3, Infinity, 1e300])('takes the step %s of a failed request for no step, and goes on with the run', async (step) => {
    const bad = event('bad', { step: 5 });
    // What JSON held, and the schema refuses.
    const request = { ...bad.request, split: 5, progress: { step, total_steps: 10 } } as unknown as RewardEvent['request'];
    const recorder = await open();
    recorder.record([event('a', { step: 1 }), { ...bad, request }]);
    await new Promise((turn) => setImmediate(turn));
    recorder.record([event('b', { step: 2 })]);
    await new Promise((done) => setTimeout(done, 20));
    const next = await open();
    await next.close();
    expect(await metrics('reward/scored', 'all')).toEqual({ 0: 1, 1: 1, 2: 1 });
    expect(errors).toEqual([]);
  });

  it('tells of a record that cannot be summed up, and keeps the others', async () => {
    const recorder = await open();
    const broken = event('broken', { step: 1 });
    recorder.record([
      { ...broken, result: { ...broken.result, components: null } as unknown as RewardEvent['result'] },
      event('a', { step: 1 }),
    ]);
    await new Promise((turn) => setImmediate(turn));
    await recorder.close();
    expect(errors).toHaveLength(1);
    expect(await metrics('reward/scored', 'math')).toEqual({ 1: 1 });
  });
});

describe('createRecordedResults', () => {
  it('knows the last ones, and forgets the one that was recorded longest ago', () => {
    const retries = createRecordedResults(2);
    const isNew = (...texts: string[]): boolean => retries.begin()(...texts);
    const seen = ['a', 'b', 'a', 'c', 'b', 'c', 'a'].map((text) => isNew(text));
    expect(seen).toEqual([true, true, false, true, false, false, true]);
    expect(isNew('x', 'yz')).toBe(true);
    expect(isNew('xy', 'z')).toBe(true);
  });
});
