// Alarms look back over many steps. A service that is started again goes on where it was: what was raised is not raised again, and what needs
// five steps gets them from both sides of the break.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { AlarmRecord, MetricRecord } from '@vtriune/monitor';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'serve-alarms-'));
const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Service {
  readonly url: string;
  end(signal: NodeJS.Signals): Promise<void>;
}

async function serve(runsDir: string): Promise<Service> {
  const child = spawn(process.execPath, [cli, 'serve', '--port', '0', '--runs-dir', runsDir], { stdio: ['ignore', 'pipe', 'ignore'] });
  started.push(child);
  const exit = new Promise<void>((ended) => child.on('exit', () => ended()));
  const line = await new Promise<string>((found) => createInterface({ input: child.stdout }).once('line', found));
  const url = /http:\S+?(?=[,;])/.exec(line)?.[0] ?? line;
  return {
    url,
    end: async (signal) => {
      child.kill(signal);
      await exit;
    },
  };
}

/** A step in which every response to `broken` has no reward, and all responses to `dull` have the same one. */
async function sendStep({ url }: Service, step: number): Promise<void> {
  const progress = { step, total_steps: 100 };
  const item = (source: string, verifier: string, index: number): object => ({
    id: `${source}-${String(index % 2)}`,
    data_source: source,
    verifier,
    response: '\\boxed{7}',
    ground_truth: '7',
    progress,
  });
  const requests = [0, 1, 2, 3].flatMap((index) => [item('broken', 'no-such-verifier', index), item('dull', 'mathverify', index)]);
  const response = await fetch(`${url}/v1/rewards`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ run: 'broken-off', requests }),
  });
  expect(response.status).toBe(200);
}

async function sendSteps(service: Service, first: number, last: number): Promise<void> {
  for (let step = first; step <= last; step++) await sendStep(service, step);
}

function records<Item>(runsDir: string, file: string): Item[] {
  const path = join(runsDir, 'broken-off', file);
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Item);
}

function raised(runsDir: string): string[] {
  return records<AlarmRecord>(runsDir, 'alarms.jsonl')
    .filter(({ source }) => source !== 'all')
    .map(({ step, source, alarm }) => `${String(step)} ${source} ${alarm}`);
}

describe('alarms of orsta serve', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)('go on after a restart by %s', async (signal) => {
    const runsDir = join(folder, signal);
    const first = await serve(runsDir);
    await sendSteps(first, 1, 4);
    // Steps 1 and 2 are summed up by now, and 3 and 4 are open. A service that is killed leaves those to the next one.
    await vi.waitFor(() => expect(records<MetricRecord>(runsDir, 'metrics.jsonl').at(-1)?.step).toBe(2), { timeout: 60_000 });
    await vi.waitFor(() => expect(raised(runsDir)).toEqual(['1 broken verifier_failures']), { timeout: 60_000 });
    await first.end(signal);
    const second = await serve(runsDir);
    await sendSteps(second, 5, 8);
    await second.end('SIGTERM');
    // `no_signal` is raised after five steps with equal rewards: the service that raises it has seen four of them, or fewer.
    expect(raised(runsDir)).toEqual(['1 broken verifier_failures', '5 dull no_signal']);
    // What stays is raised again after fifty steps.
    const third = await serve(runsDir);
    await sendSteps(third, 50, 51);
    await third.end('SIGTERM');
    expect(raised(runsDir).slice(2)).toEqual(['51 broken verifier_failures']);
  });
});
