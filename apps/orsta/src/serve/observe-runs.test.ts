import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RewardEvent } from '@vtriune/verifiers/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { observeRuns } from './observe-runs.ts';

let runsDir: string;
const errors: unknown[] = [];
beforeEach(async () => {
  runsDir = await mkdtemp(join(tmpdir(), 'observe-'));
  errors.length = 0;
});
afterEach(() => rm(runsDir, { recursive: true }));

const observer = (maxOpen = 64) => observeRuns({ runsDir, rewardsPerStep: 4, onError: (error) => errors.push(error), maxOpen });

const event = (run: string, id: string): RewardEvent => {
  const shared = { id, data_source: 'math', verifier: 'counting' };
  const result: RewardEvent['result'] = {
    ...shared,
    status: 'scored',
    reward: 1,
    components: { accuracy: 1, format: 1 },
    metrics: {},
    elapsed_ms: 1,
  };
  return {
    run,
    route: '/v1/rewards',
    requestId: 'q',
    latencyMs: 3,
    request: { ...shared, response: 'text', ground_truth: '1', progress: { step: 1, total_steps: 100 } },
    result,
    resultText: JSON.stringify(result),
  };
};

const lines = async (run: string, file: string): Promise<string[]> => {
  const text = await readFile(join(runsDir, run, file), 'utf8');
  return text.split('\n').filter((line) => line !== '');
};

describe('observeRuns', () => {
  it('has every result in the file when it says so, the first one of a run too', async () => {
    const { observe, close } = observer();
    await observe([event('a', '1'), event('b', '1')]);
    expect([await lines('a', 'rollouts.jsonl'), await lines('b', 'rollouts.jsonl')].map(({ length }) => length)).toEqual([1, 1]);
    // The folder is open: nothing is left to wait for.
    expect(observe([event('a', '2')])).toBeUndefined();
    expect(await lines('a', 'rollouts.jsonl')).toHaveLength(2);
    await close();
  });

  it('keeps only so many runs open, and takes a closed one up again', async () => {
    const { observe, close } = observer(2);
    for (const run of ['a', 'b', 'c', 'a', 'd', 'a']) await observe([event(run, String(Math.random()))]);
    await close();
    expect(errors).toEqual([]);
    const scored = (await lines('a', 'metrics.jsonl'))
      .map((line) => JSON.parse(line))
      .filter(({ name, source }) => name === 'reward/scored' && source === 'all')
      .reduce((sum, { value }) => sum + value, 0);
    expect(scored).toBe(3);
  });

  it('tells of a folder that cannot be made, and tries again with the next result', async () => {
    const { observe, close } = observer();
    await writeFile(join(runsDir, 'a'), 'in the way');
    await observe([event('a', '1')]);
    expect(errors).toHaveLength(1);
    await rm(join(runsDir, 'a'));
    await observe([event('a', '2')]);
    expect(await lines('a', 'rollouts.jsonl')).toHaveLength(1);
    await close();
  });
});
