import { describe, expect, it } from 'vitest';
import type { RewardRequest, RewardResult } from '../contract.ts';
import { createInlineTest } from './inline.ts';
import type { Lane, LaneReport } from './lane.ts';
import { createScheduler } from './scheduler.ts';
import { toScores, type Scores } from './scoring.ts';
import { ServiceError } from './service-error.ts';

const request = (id: string, verifier = 'v'): RewardRequest => ({ id, data_source: 's', verifier, response: '', ground_truth: '' });
const requests = (count: number): RewardRequest[] => Array.from({ length: count }, (_, i) => request(`r${i}`));
const scored = ({ id, data_source, verifier }: RewardRequest): RewardResult => {
  return { id, data_source, verifier, status: 'scored', reward: 1, components: { accuracy: 1, format: 1 }, metrics: {}, elapsed_ms: 0 };
};
const prefix = (chunk: readonly RewardRequest[], count = chunk.length): LaneReport => {
  return { outcome: { kind: 'scored', scores: toScores(chunk.slice(0, count).map(scored)) }, lost: false };
};
const ended = (current: number): LaneReport => {
  return { outcome: { kind: 'ended', current, code: 'timeout', message: 'too long' }, lost: true };
};

/** A scheduler over lanes that answer as told, and what each chunk was. */
function setUp(
  answer: (chunk: readonly RewardRequest[]) => LaneReport | Promise<LaneReport>,
  options: { lanes?: number; maxQueued?: number } = {},
) {
  const chunks: string[][] = [];
  const lane: Lane = {
    run: async (chunk) => {
      chunks.push(chunk.map((item: Partial<RewardRequest> | null) => item?.id ?? 'none'));
      return answer(chunk);
    },
    flight: () => undefined,
    end: () => undefined,
  };
  const lanes = Array.from({ length: options.lanes ?? 1 }, () => ({ ...lane }));
  return {
    chunks,
    scheduler: createScheduler({ lanes, isInline: createInlineTest(['counting']), maxChunk: 4, maxQueued: options.maxQueued ?? 100 }),
  };
}

const idsOf = ({ results }: Pick<Scores, 'results'>): string[] => results.map(({ id }) => id);

describe('the scheduler', () => {
  it('answers in order, in chunks that are full', async () => {
    const { scheduler, chunks } = setUp((chunk) => prefix(chunk));
    const scores = await scheduler.score(requests(10));
    expect(scores.texts).toEqual(scores.results.map((result) => JSON.stringify(result)));
    expect(idsOf(scores)).toEqual(requests(10).map(({ id }) => id));
    expect(chunks.map(({ length }) => length)).toEqual([4, 4, 2]);
  });

  it('lets calls of one turn share a chunk, and answers each its own', async () => {
    const { scheduler, chunks } = setUp((chunk) => prefix(chunk));
    const scores = await Promise.all([scheduler.score([request('a')]), scheduler.score([request('b'), request('c')])]);
    expect(scores.map(idsOf)).toEqual([['a'], ['b', 'c']]);
    expect(chunks).toEqual([['a', 'b', 'c']]);
  });

  it('spreads a call over all lanes', async () => {
    const { scheduler, chunks } = setUp((chunk) => prefix(chunk), { lanes: 3 });
    await scheduler.score(requests(6));
    expect(chunks.map(({ length }) => length)).toEqual([2, 2, 1, 1]);
  });

  it('sends again what a worker did not come to', async () => {
    const { scheduler, chunks } = setUp((chunk) => prefix(chunk, 1));
    expect(idsOf(await scheduler.score(requests(3)))).toEqual(['r0', 'r1', 'r2']);
    expect(chunks).toEqual([['r0', 'r1', 'r2'], ['r1', 'r2'], ['r2']]);
  });

  it('fails the item that ended a worker, scores its neighbours and counts the worker', async () => {
    const bad = new Set(['r1', 'r5']);
    const { scheduler } = setUp((chunk) => {
      const at = chunk.findIndex(({ id }) => bad.has(id));
      return at === -1 ? prefix(chunk) : ended(at);
    });
    const { results } = await scheduler.score(requests(8));
    expect(results.map(({ status }) => (status === 'failed' ? 'F' : '.')).join('')).toBe('.F...F..');
    expect(idsOf({ results })).toEqual(requests(8).map(({ id }) => id));
    expect(scheduler.stats()).toEqual({ queued: 0, running: 0, replaced: 2 });
  });

  it('gives up items that no worker ever begins with', async () => {
    const { scheduler, chunks } = setUp(() => ended(-1));
    const { results } = await scheduler.score([request('a')]);
    expect(chunks).toEqual([['a'], ['a'], ['a']]);
    expect(results[0]).toMatchObject({
      id: 'a',
      status: 'failed',
      error: { code: 'verifier_error', message: expect.stringContaining('too long') },
    });
  });

  it('scores cheap verifiers here, and the rest of the same call on a lane', async () => {
    const { scheduler, chunks } = setUp((chunk) => prefix(chunk));
    const counted = { ...request('b', 'counting'), response: '<answer>3</answer>', ground_truth: 3 };
    const { results } = await scheduler.score([request('a'), counted, request('c')]);
    expect(chunks).toEqual([['a', 'c']]);
    expect(results).toMatchObject([{ id: 'a' }, { id: 'b', status: 'scored', reward: 1 }, { id: 'c' }]);
  });

  it('names an item without an id by its place in the call', async () => {
    const { scheduler } = setUp((chunk) => ({
      outcome: { kind: 'scored', scores: toScores(chunk.map(() => scored(request('#0')))) },
      lost: false,
    }));
    const scores = await scheduler.score([request('a'), null as never, request('c')]);
    expect(idsOf(scores)).toEqual(['#0', '#1', '#0']);
    expect(scores.texts[1]).toContain('"id":"#1"');
  });

  it('refuses a call that the queue cannot hold, whole, and takes the next', async () => {
    const { scheduler } = setUp((chunk) => prefix(chunk), { maxQueued: 5 });
    const first = scheduler.score(requests(4));
    await expect(scheduler.score(requests(2))).rejects.toMatchObject({ code: 'overloaded', message: expect.stringContaining('maxQueued') });
    expect(idsOf(await first)).toHaveLength(4);
    expect(idsOf(await scheduler.score(requests(5)))).toHaveLength(5);
  });

  it('rejects what waits when it is closed, and whatever comes later', async () => {
    const { scheduler } = setUp(() => new Promise<LaneReport>(() => undefined));
    const waiting = scheduler.score(requests(2));
    scheduler.close();
    await expect(waiting).rejects.toThrow(ServiceError);
    await expect(scheduler.score([])).rejects.toMatchObject({ code: 'closed' });
  });

  it('answers no requests with no results', async () => {
    const { scheduler } = setUp((chunk) => prefix(chunk));
    expect(await scheduler.score([])).toEqual(toScores([]));
  });
});
