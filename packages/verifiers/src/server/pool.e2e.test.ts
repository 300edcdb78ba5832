// Runs against the built package, because a worker thread starts from a built file.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createScoringPool, type Scorer, type ScoringPoolOptions } from '@vtriune/verifiers/server';
import type { RewardRequest, RewardResult } from '@vtriune/verifiers';
import { afterEach, describe, expect, it } from 'vitest';

function plugin(name: string): string {
  return new URL(`../../test/fixtures/plugins/${name}.mjs`, import.meta.url).pathname;
}
function request(id: string, verifier: string, ground_truth: unknown = 'x'): RewardRequest {
  return { id, data_source: 's', verifier, response: 'r', ground_truth };
}

/** A plug-in that loads in the first worker only. */
function oncePlugin(marker: string, how: string): string {
  return `
import { existsSync, writeFileSync } from 'node:fs';
if (existsSync(${JSON.stringify(marker)})) { if (${JSON.stringify(how)} === 'hangs') for (;;); else throw new Error('no license file'); }
writeFileSync(${JSON.stringify(marker)}, '');
const verifier = (name, verify) => ({ name, description: 'Once.', parameters: { type: 'object' }, components: [], metrics: [], verify });
export default {
  meta: { name: 'once', version: '1.0.0' },
  verifiers: [verifier('exit', () => process.exit(3)), verifier('good', () => ({ accuracy: 1, format: 1 }))],
};
`;
}

const open: Scorer[] = [];
async function pool(options: ScoringPoolOptions = {}): Promise<Scorer> {
  const made = await createScoringPool({ workers: 2, plugins: [plugin('hostile')], ...options });
  open.push(made);
  return made;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((scorer) => scorer.close()));
});

function marks(results: readonly RewardResult[]): string {
  return results.map(({ status }) => (status === 'failed' ? 'F' : '.')).join('');
}
function among(bad: string, count = 20): RewardRequest[] {
  return Array.from({ length: count }, (_, i) => request(`r${i}`, i === 7 || i === 12 ? bad : 'good'));
}

describe('a pool of workers', () => {
  it('scores what in-process scoring scores, in order, with the verifiers of plug-ins too', async () => {
    const scorer = await pool({ chunkSize: 8 });
    expect(scorer.verifiers.map(({ name }) => name)).toEqual(expect.arrayContaining(['mathverify', 'detection', 'good']));
    const requests = Array.from({ length: 500 }, (_, i): RewardRequest => {
      return { ...request(`r${i}`, i % 3 === 0 ? 'mathverify' : 'counting', String(i % 4)), response: '<answer>\\boxed{2}</answer>' };
    });
    const results = await scorer.score(requests);
    expect(results.map(({ id }) => id)).toEqual(requests.map(({ id }) => id));
    expect(marks(results)).not.toContain('F');
    for (const [i, result] of results.entries()) {
      if (i % 3 === 0) expect(result).toMatchObject({ reward: i % 4 === 2 ? 1 : 0 });
    }
  });

  it('ends a verifier that loops at its deadline, and scores its neighbors', async () => {
    const scorer = await pool({ deadlineMs: 300 });
    const started = performance.now();
    const results = await scorer.score(among('loop'));
    expect(performance.now() - started).toBeLessThan(5000);
    expect(marks(results)).toBe('.......F....F.......');
    expect(results.map(({ id }) => id)).toEqual(among('loop').map(({ id }) => id));
    expect(results[7]).toMatchObject({ error: { code: 'timeout', message: expect.stringMatching(/"loop".*300 ms.*deadlineMs/) } });
    expect(scorer.stats()).toEqual({ queued: 0, running: 0, workers: 2, replaced: 2 });
    expect(marks(await scorer.score(among('good')))).toBe('.'.repeat(20));
  });

  it.each(['exit', 'uncaught'])('loses to %s only the item that did it', async (bad) => {
    const scorer = await pool();
    const results = await scorer.score(among(bad));
    expect(marks(results)).toBe('.......F....F.......');
    expect(results[7]).toMatchObject({ error: { code: 'verifier_error', message: expect.stringContaining(`"${bad}"`) } });
    expect(scorer.stats().replaced).toBe(2);
  });

  it.each(['hog', 'grow', 'map', 'buffers'])('ends %s before it takes the memory of the machine', async (bad) => {
    const scorer = await pool({ deadlineMs: 60_000, memoryMb: 256 });
    const results = await scorer.score(among(bad, 13));
    expect(marks(results)).toBe('.......F....F');
    expect(results[7]).toMatchObject({ error: { code: 'verifier_error', message: expect.stringMatching(/256 MB.*memoryMb/) } });
  });

  it('does not count waiting toward the deadline', async () => {
    const scorer = await pool({ workers: 1, deadlineMs: 400, chunkSize: 4 });
    const results = await scorer.score(Array.from({ length: 12 }, (_, i) => request(`r${i}`, 'slow', 120)));
    expect(marks(results)).toBe('.'.repeat(12));
    expect(scorer.stats().replaced).toBe(0);
  });

  it('fails what is no data by itself', async () => {
    const scorer = await pool();
    const results = await scorer.score([
      request('a', 'good'),
      request('b', 'good', () => 1),
      null as never,
      request('d', 'throws'),
      request('e', 'good', Symbol('x')),
    ]);
    expect(results).toMatchObject([
      { id: 'a', status: 'scored' },
      { id: 'b', error: { code: 'invalid_request' } },
      { id: '#2', error: { code: 'invalid_request' } },
      { id: 'd', error: { code: 'verifier_error', message: 'no such box' } },
      { id: 'e', error: { code: 'invalid_request', message: expect.stringContaining('plain JSON') } },
    ]);
    expect(scorer.stats().replaced).toBe(0);
  });

  it('scores the neighbors of many that are bad, each once', async () => {
    const scorer = await pool({ workers: 2, chunkSize: 16, deadlineMs: 250 });
    const bad = new Map([
      [0, 'exit'],
      [3, 'loop'],
      [4, 'uncaught'],
      [15, 'exit'],
      [16, 'loop'],
      [39, 'throws'],
    ]);
    const requests = Array.from({ length: 40 }, (_, i) => request(`r${i}`, bad.get(i) ?? 'good'));
    const results = await scorer.score(requests);
    expect(results.map(({ id }) => id)).toEqual(requests.map(({ id }) => id));
    expect(marks(results)).toBe(requests.map((_, i) => (bad.has(i) ? 'F' : '.')).join(''));
    expect(
      results.map((result) => (result.status === 'failed' ? result.error.code : '')).filter((code) => code === 'timeout'),
    ).toHaveLength(2);
    expect(scorer.stats()).toEqual({ queued: 0, running: 0, workers: 2, replaced: 5 });
  });

  it('names an item without an id by its place in the call, whatever chunk it was in', async () => {
    const scorer = await pool({ chunkSize: 2 });
    const results = await scorer.score([request('a', 'good'), request('b', 'good'), null as never, {} as never, request('e', 'good')]);
    expect(results.map(({ id }) => id)).toEqual(['a', 'b', '#2', '#3', 'e']);
  });

  it('refuses a call that the queue cannot hold, whole, and takes the next', async () => {
    const scorer = await pool({ workers: 1, chunkSize: 2, maxQueued: 5 });
    const first = scorer.score(among('good', 5));
    const refused = expect(scorer.score(among('good', 4))).rejects.toMatchObject({
      code: 'overloaded',
      message: expect.stringContaining('maxQueued'),
    });
    expect(marks(await first)).toBe('.....');
    await refused;
    expect(marks(await scorer.score(among('good', 5)))).toBe('.....');
  });

  it('answers no requests with no results', async () => {
    expect(await (await pool()).score([])).toEqual([]);
  });

  it.each([
    ['throws', /no license file|Not scored in 3 tries/],
    ['hangs', /3 tries.*startMs/],
  ])('fails items by name when workers that are replaced load no more (%s)', async (how, message) => {
    const folder = mkdtempSync(join(tmpdir(), 'vtriune-once-'));
    const path = join(folder, 'once.mjs');
    writeFileSync(path, oncePlugin(join(folder, 'loaded'), how));
    const scorer = await pool({ workers: 1, plugins: [path], startMs: 800 });
    const results = await scorer.score([request('a', 'exit'), request('b', 'good')]);
    expect(results).toMatchObject([
      { id: 'a', status: 'failed', error: { code: 'verifier_error', message: expect.stringContaining('"exit"') } },
      { id: 'b', status: 'failed', error: { code: 'verifier_error', message: expect.stringMatching(message) } },
    ]);
  });

  it('answers what waits with an error when it is closed', async () => {
    const scorer = await pool();
    const waiting = scorer.score([request('a', 'slow', 60_000)]);
    const refused = expect(waiting).rejects.toMatchObject({ code: 'closed' });
    await scorer.close();
    await refused;
    await expect(scorer.score([request('a', 'good')])).rejects.toMatchObject({ code: 'closed' });
  });
});

describe('a plug-in that cannot be used', () => {
  it.each([
    ['broken', {}, /no license file/],
    ['exits', {}, /worker exited with code: 7/],
    ['hangs', { startMs: 1500 }, /1500 ms/],
    ['nonesuch', {}, /Cannot find module/],
  ])('(%s) fails the start with its own reason', async (name, options, message) => {
    const starting = pool({ plugins: [plugin(name)], ...options });
    await expect(starting).rejects.toMatchObject({ code: 'invalid_plugin', message: expect.stringMatching(message) });
  });

  it('fails the start when a name comes twice', async () => {
    await expect(pool({ plugins: [plugin('hostile'), plugin('hostile')] })).rejects.toMatchObject({ code: 'duplicate_verifier' });
  });

  it.each([{ workers: 0 }, { deadlineMs: 1.5 }, { memoryMb: 1 }, { chunkSize: 0 }])('so do the options %j', async (options) => {
    await expect(pool(options)).rejects.toMatchObject({ code: 'invalid_options' });
  });
});
