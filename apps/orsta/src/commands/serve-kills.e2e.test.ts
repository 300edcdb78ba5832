// `orsta serve` is killed again and again, at random moments, while clients go on asking. Nothing that was answered may be missing.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createRewardClient, type RewardRequest, type RewardResult } from '@vtriune/verifiers/client';
import { afterEach, expect, it } from 'vitest';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

const KILLS = Number(process.env['VTRIUNE_KILLS'] ?? 6);
const runsDir = mkdtempSync(join(tmpdir(), 'serve-kills-'));

async function serve(port: number): Promise<{ child: ChildProcess; exit: Promise<number | null> }> {
  const given = ['serve', '--port', String(port), '--workers', '1', '--runs-dir', runsDir, '--rewards-per-step', '64'];
  const child = spawn(process.execPath, [cli, ...given], { stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  const exit = new Promise<number | null>((ended) => child.on('exit', (code) => ended(code)));
  await new Promise<string>((found) => createInterface({ input: child.stdout }).once('line', found));
  return { child, exit };
}

function freePort(): Promise<number> {
  return new Promise((found) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => found(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function item(id: string, step: number): RewardRequest {
  return {
    id,
    data_source: 'apples',
    verifier: 'counting',
    response: '<answer>3</answer>',
    ground_truth: 3,
    progress: { step, total_steps: 1000 },
  };
}

function lines<Line>(file: string): Line[] {
  const text = readFileSync(join(runsDir, 'killed', file), 'utf8').trim();
  return text.split('\n').map((line) => JSON.parse(line) as Line);
}

it(`loses nothing that was answered in ${KILLS} kills at random moments, and counts nothing twice`, async () => {
  const port = await freePort();
  const client = createRewardClient({ urls: [`http://127.0.0.1:${port}`], run: 'killed', retries: 100, outageMs: 60_000 });
  const answered: RewardResult[] = [];
  const state = { over: false, step: 0 };
  const ask = async (worker: number): Promise<void> => {
    for (let round = 0; !state.over; round++) {
      state.step += 1;
      const step = Math.floor(state.step / 12);
      answered.push(...(await client.score(Array.from({ length: 8 }, (_, i) => item(`${worker}-${round}-${i}`, step)))));
      await new Promise((turn) => setTimeout(turn, 5));
    }
  };
  let service = await serve(port);
  const asking = [1, 2, 3].map((worker) => ask(worker));
  for (let kill = 0; kill < KILLS; kill++) {
    // Each service answers something before it is killed: clients leave a server that failed alone for up to three seconds.
    const before = answered.length;
    while (answered.length === before) await new Promise((turn) => setTimeout(turn, 5));
    await new Promise((turn) => setTimeout(turn, Math.random() * 600));
    service.child.kill('SIGKILL');
    await service.exit;
    service = await serve(port);
  }
  state.over = true;
  await Promise.all(asking);
  service.child.kill('SIGTERM');
  expect(await service.exit).toBe(0);

  expect(answered.length).toBeGreaterThan(KILLS * 8);
  expect(answered.filter(({ status }) => status !== 'scored')).toEqual([]);
  const recorded = lines<{ sample: string }>('rollouts.jsonl').map(({ sample }) => sample);
  expect(new Set(recorded)).toEqual(new Set(answered.map(({ id }) => id)));
  const scored = lines<{ name: string; source: string; value: number }>('metrics.jsonl').filter(
    ({ name, source }) => name === 'reward/scored' && source === 'apples',
  );
  expect(scored.reduce((sum, { value }) => sum + value, 0)).toBe(new Set(recorded).size);
}, 240_000);
