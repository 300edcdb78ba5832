import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RewardEvent } from '@vtriune/verifiers/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { folderName } from './run-places.ts';
import { observeRuns } from './observe-runs.ts';

let runsDir: string;
beforeEach(async () => {
  runsDir = await mkdtemp(join(tmpdir(), 'observe-'));
});
afterEach(() => rm(runsDir, { recursive: true }));

function observer(options: { maxOpen?: number; maxRuns?: number } = {}) {
  return observeRuns({ runsDir, rewardsPerStep: 4, maxRuns: 1000, ...options });
}

function event(run: string, id: string): RewardEvent {
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
  };
}

async function lines(run: string, file: string): Promise<string[]> {
  const text = await readFile(join(runsDir, run, file), 'utf8');
  return text.split('\n').filter((line) => line !== '');
}

describe('observeRuns', () => {
  it('has every result in the file when it says so, the first one of a run too', async () => {
    const { observe, close } = observer();
    await observe([event('a', '1'), event('b', '1')]);
    expect([await lines('a', 'rollouts.jsonl'), await lines('b', 'rollouts.jsonl')].map(({ length }) => length)).toEqual([1, 1]);
    await observe([event('a', '2')]);
    expect(await lines('a', 'rollouts.jsonl')).toHaveLength(2);
    await close();
  });

  it('keeps only so many runs open, and takes a closed one up again', async () => {
    const { observe, close } = observer({ maxOpen: 2 });
    for (const run of ['a', 'b', 'c', 'a', 'd', 'a']) await observe([event(run, String(Math.random()))]);
    await close();
    const scored = (await lines('a', 'metrics.jsonl'))
      .map((line) => JSON.parse(line))
      .filter(({ name, source }) => name === 'reward/scored' && source === 'all')
      .reduce((sum, { value }) => sum + value, 0);
    expect(scored).toBe(3);
  });

  it('rejects where a folder cannot be made, and tries again with the next result', async () => {
    const { observe, close } = observer();
    await writeFile(join(runsDir, 'a'), 'in the way');
    await expect(observe([event('a', '1')])).rejects.toThrow(/EEXIST|ENOTDIR/);
    await rm(join(runsDir, 'a'));
    await observe([event('a', '2')]);
    expect(await lines('a', 'rollouts.jsonl')).toHaveLength(1);
    await close();
  });

  it('rejects where a file cannot be written, and records the other runs of the call', async () => {
    const { observe } = observer();
    await mkdir(join(runsDir, 'a'));
    await symlink('/nowhere/rollouts.jsonl', join(runsDir, 'a', 'rollouts.jsonl'));
    await expect(observe([event('a', '1'), event('b', '1')])).rejects.toThrow('ENOENT');
    expect(await lines('b', 'rollouts.jsonl')).toHaveLength(1);
    await expect(observe([event('a', '2')])).rejects.toThrow('ENOENT');
  });

  it('reports what fails after the answer with the next results', async () => {
    const { observe } = observer();
    const of = (step: number): RewardEvent => {
      const given = event('a', String(step));
      return { ...given, request: { ...given.request, progress: { step, total_steps: 100 } } };
    };
    await observe([of(1)]);
    await symlink('/dev/full', join(runsDir, 'a', 'metrics.jsonl'));
    for (const step of [2, 3, 4]) await Promise.resolve(observe([of(step)])).catch(() => undefined);
    await new Promise((turn) => setTimeout(turn, 50));
    await expect(observe([of(9)])).rejects.toThrow('sink "jsonl" failed');
  });

  it('records no more runs than it may, counting those that are there', async () => {
    await mkdir(join(runsDir, 'older'));
    const { observe, close } = observer({ maxRuns: 2 });
    await observe([event('a', '1')]);
    await expect(observe([event('b', '1')])).rejects.toThrow(/"b" is not recorded.*maxRuns/);
    await observe([event('older', '1'), event('a', '2')]);
    expect(await readdir(runsDir)).toEqual(['a', 'older']);
    await close();
  });

  it('leaves folders of training and of other services alone', async () => {
    await mkdir(join(runsDir, 'a'));
    await writeFile(join(runsDir, 'a', 'recipe.yaml'), 'name: a');
    const [one, two] = [observer(), observer()];
    await one.observe([event('a', '1')]);
    await two.observe([event('a', '2')]);
    await one.close();
    await two.close();
    expect(await readdir(join(runsDir, 'a'))).toEqual(['recipe.yaml']);
    expect([await lines('a~rewards', 'rollouts.jsonl'), await lines('a~rewards-2', 'rollouts.jsonl')].map(({ length }) => length)).toEqual([
      1, 1,
    ]);
    // The next service goes on where the first was.
    const next = observer();
    await next.observe([event('a', '3')]);
    await next.close();
    expect(await lines('a~rewards', 'rollouts.jsonl')).toHaveLength(2);
  });
});

describe('folderName', () => {
  it('keeps names that are safe, and gives every other name a folder of its own', () => {
    expect(folderName('nano-2.1_b')).toBe('nano-2.1_b');
    const [slash, space] = [folderName('a/b'), folderName('a b')];
    const names = [
      'a_b',
      'a/b',
      'a b',
      slash,
      space,
      '..',
      '.',
      '',
      '.a',
      '_a',
      'a.',
      'x'.repeat(200),
      'x'.repeat(201),
      'é',
      'è',
      'a~rewards',
      'a\0b',
    ];
    const folders = names.map(folderName);
    expect(new Set(folders).size).toBe(names.length);
    for (const folder of folders) expect(folder).toMatch(/^\w[\w.-]*(~[0-9a-f]{16})?$|^~[0-9a-f]{16}$/);
  });
});
