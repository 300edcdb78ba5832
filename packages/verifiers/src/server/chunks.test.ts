import { describe, expect, it } from 'vitest';
import type { RewardRequest, RewardResult } from '../contract.ts';
import { chunkSize, createItemQueue, settleChunk, updateItemMs } from './chunks.ts';
import { toScores } from './scoring.ts';

const request = (id: string): RewardRequest => ({ id, data_source: 's', verifier: 'v', response: '', ground_truth: '' });
const result = (id: string): RewardResult => ({
  id,
  data_source: 's',
  verifier: 'v',
  status: 'scored',
  reward: 1,
  components: { accuracy: 1, format: 1 },
  metrics: {},
  elapsed_ms: 0,
});
const items = ['a', 'b', 'c', 'd'].map((id) => ({ request: request(id) }));
const ids = (list: readonly { request: RewardRequest }[]): string[] => list.map((item) => item.request.id);

describe('the queue', () => {
  it('gives items in order of arrival, and what came back first', () => {
    const queue = createItemQueue<number>();
    for (let i = 0; i < 10; i += 1) queue.push(i);
    expect(queue.take(4)).toEqual([0, 1, 2, 3]);
    queue.putBack([2, 3]);
    queue.push(10);
    expect(queue.size).toBe(9);
    expect(queue.take(1)).toEqual([2]);
    expect(queue.take(100)).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
    expect([queue.size, queue.take(1)]).toEqual([0, []]);
  });

  it('keeps the order over more items than it holds before it compacts', () => {
    const queue = createItemQueue<number>();
    for (let i = 0; i < 20_000; i += 1) queue.push(i);
    const taken: number[] = [];
    while (queue.size > 0) taken.push(...queue.take(64));
    expect(taken).toEqual(Array.from({ length: 20_000 }, (_, i) => i));
  });
});

describe('chunkSize', () => {
  it.each([
    [{ queued: 1, workers: 2, maxChunk: 64, itemMs: 5 }, 1],
    [{ queued: 5, workers: 2, maxChunk: 64, itemMs: 5 }, 3],
    [{ queued: 1000, workers: 2, maxChunk: 64, itemMs: 5 }, 64],
    [{ queued: 7, workers: 16, maxChunk: 64, itemMs: 5 }, 1],
    [{ queued: 7, workers: 16, maxChunk: 64, itemMs: 0 }, 1],
    // Items of 0.1 ms: five are worth waking a worker.
    [{ queued: 12, workers: 4, maxChunk: 64, itemMs: 0.1 }, 5],
    [{ queued: 2, workers: 2, maxChunk: 64, itemMs: 0.1 }, 2],
    [{ queued: 12, workers: 4, maxChunk: 2, itemMs: 0.1 }, 2],
  ])('of %j is %d', (given, size) => {
    expect(chunkSize(given)).toBe(size);
  });

  it('follows the time of items, up at once and down by and by', () => {
    const took = (elapsed_ms: number) => ({ ...result('a'), elapsed_ms }) as RewardResult;
    const failed = settleChunk(items, { kind: 'ended', current: 0, code: 'timeout', message: '' }).scores.results;
    expect(updateItemMs(0, [took(1), took(3)])).toBe(2);
    expect(updateItemMs(2, [took(10)])).toBe(10);
    expect(updateItemMs(2, [took(1)])).toBeCloseTo(1.9);
    expect(updateItemMs(2, failed)).toBe(2);
  });
});

describe('settleChunk', () => {
  it('asks again for what the worker did not come to', () => {
    const { from, scores, again } = settleChunk(items, { kind: 'scored', scores: toScores([result('a'), result('b')]) });
    expect([from, scores.results.map(({ id }) => id), ids(again)]).toEqual([0, ['a', 'b'], ['c', 'd']]);
  });

  it('fails the item that ended its worker and asks again for its neighbours', () => {
    const { from, scores, again } = settleChunk(items, { kind: 'ended', current: 2, code: 'timeout', message: 'too long' });
    expect(from).toBe(2);
    expect(scores.results).toEqual([
      { id: 'c', data_source: 's', verifier: 'v', status: 'failed', error: { code: 'timeout', message: 'too long' } },
    ]);
    expect(ids(again)).toEqual(['a', 'b', 'd']);
  });

  it.each([-1, -2, 4])('asks again for all when the worker was at none of them (%d)', (current) => {
    const { scores, again } = settleChunk(items, { kind: 'ended', current, code: 'verifier_error', message: 'gone' });
    expect([scores.results, ids(again)]).toEqual([[], ['a', 'b', 'c', 'd']]);
  });

  it('fails an item that cannot be read under a name of its own', () => {
    const broken = [{ request: null as unknown as RewardRequest }];
    expect(settleChunk(broken, { kind: 'ended', current: 0, code: 'timeout', message: 'm' }).scores.results).toEqual([
      { id: '#0', data_source: 'unknown', verifier: 'unknown', status: 'failed', error: { code: 'timeout', message: 'm' } },
    ]);
  });
});
