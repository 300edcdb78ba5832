import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readParquetRows } from '@vtriune/format';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { launchCommand, launchLogs, launchStatus, launchStop, type LaunchCommandOptions } from '../commands/launch.ts';
import type { CommandContext } from '../context.ts';
import { followJob } from './follow-job.ts';
import { rayJobs } from './ray-jobs.ts';
import { createMonitor } from '@vtriune/monitor';
import { startFakeRay, type FakeRay } from '../../test/fake-ray.ts';

const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
function sample(id: string) {
  return {
    data_source: 'boxes',
    prompt: [{ role: 'user', content: '<image>\nFind the cat.' }],
    images: [{ path: 'image.png' }],
    ability: 'grounding',
    reward_model: { verifier: 'grounding', ground_truth: [[0, 0, 1, 1]] },
    extra_info: { id },
  };
}
let folder: string;
let ray: FakeRay;
let said: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'launch-'));
  ray = await startFakeRay();
  said = '';
  writeFileSync(join(folder, 'image.png'), Buffer.from(pixel, 'base64'));
  writeFileSync(join(folder, 'train.jsonl'), ['a', 'b', 'c'].map((id) => `${JSON.stringify(sample(id))}\n`).join(''));
  writeFileSync(
    join(folder, 'recipe.yaml'),
    `name: far
model: { path: model }
data: { kind: files, files: [{ path: train.jsonl }] }
reward: { kind: local, iouSchedule: { kind: linear, start: 0, end: 0.5 } }
trainer: { steps: 2, promptsPerStep: 2, groupSize: 2 }
launch: { nodes: 1, gpusPerNode: 0, workersPerNode: 2, python: "my python" }
`,
  );
});
afterEach(() => ray.close());

function context(signal = new AbortController().signal): CommandContext {
  const take = (text: string): void => {
    said += text;
  };
  return {
    output: take,
    notice: take,
    signal,
    stopped: () => undefined,
    terminal: { isTTY: false, columns: 100, color: false },
    cwd: folder,
    commandLine: [],
  };
}

function launch(options: Partial<LaunchCommandOptions> = {}): Promise<void> {
  return launchCommand(['recipe.yaml'], { engine: 'trl', ray: ray.url, runsDir: 'runs', detach: true, ...options }, context());
}

function metrics(): { step: number; source: string; name: string; value: number }[] {
  const text = readFileSync(join(folder, 'runs/far/metrics.jsonl'), 'utf8').trim();
  return text.split('\n').map((line) => JSON.parse(line) as { step: number; source: string; name: string; value: number });
}

function line(step: number, reward: number): string {
  return `(TrainWorker pid=1) vtriune-record ${JSON.stringify({ step, steps: 2, source: 'boxes', metrics: { 'reward/total': reward } })}\n`;
}

describe('orsta launch', () => {
  it('writes data and drivers, and submits a job that runs them', async () => {
    await launch();
    const rows = [];
    for await (const row of readParquetRows(join(folder, 'runs/far/data/train.parquet'))) rows.push(row);
    expect(rows).toHaveLength(3);
    // The schedule of the recipe is in the row that the service gets.
    expect(JSON.stringify(rows[0])).toContain(String.raw`\"iou_threshold\":{\"kind\":\"linear\"`);
    const code = join(folder, 'runs/far/code');
    for (const name of ['cluster.py', 'parts.py', 'trl_driver.py', 'trl_worker.py', 'vtriune_trl.py'])
      expect(existsSync(join(code, name))).toBe(true);
    expect(ray.requests[0]).toMatchObject({
      method: 'POST',
      path: '/api/jobs/',
      body: {
        submission_id: 'far-1',
        entrypoint: `'my python' ${join(code, 'trl_driver.py')} ${join(folder, 'runs/far/job.json')}`,
        runtime_env: {
          env_vars: { PYTHONPATH: code, RAY_DEDUP_LOGS: '0', VTRIUNE_TOKEN: expect.stringMatching(/^[0-9a-f]{48}$/) as string },
        },
      },
    });
  });

  it('takes the metrics of a job into the records, once, however often the log is read', async () => {
    await launch();
    const job = ray.jobs.get('far-1');
    if (job === undefined) throw new TypeError('nothing was submitted');
    Object.assign(job, { log: `starting\n${line(1, 0.25)}${line(1, 0.25)}${line(2, 0.5).slice(0, 40)}` });
    const leave = new AbortController();
    leave.abort();
    await launchLogs('far', { runsDir: 'runs' }, context(leave.signal));
    Object.assign(job, { log: `starting\n${line(1, 0.25)}${line(1, 0.25)}${line(2, 0.5)}done`, status: 'SUCCEEDED' });
    ray.failures = 2;
    await launchLogs('far', { runsDir: 'runs' }, context());
    const rewards = metrics().filter(({ name }) => name === 'reward/total');
    expect(rewards.map(({ step, source, value }) => [step, source, value])).toEqual([
      [1, 'boxes', 0.25],
      [2, 'boxes', 0.5],
    ]);
    expect(said).toContain('step 2/2   boxes reward/total 0.500');
    expect(said).toContain('starting\n');
  });

  it('reads a step again that was not written when it was killed', async () => {
    const records: number[] = [];
    const jobs = { log: '', status: 'RUNNING' };
    const killed = new Error('killed');
    const follow = (offset: number, onRead: (read: number) => Promise<void>) =>
      followJob({
        jobs: { ...rayJobs(ray.url), info: () => Promise.resolve({ status: 'SUCCEEDED' }), log: () => Promise.resolve(jobs.log) },
        submissionId: 'far-1',
        monitor: {
          ...createMonitor({ run: 'far', sinks: [] }),
          recordMetrics: (metrics) => void records.push(...metrics.map(({ value }) => value)),
        },
        offset,
        onText: () => undefined,
        onProgress: () => undefined,
        onRead,
        signal: new AbortController().signal,
      });
    jobs.log = `${line(1, 0.25)}${line(2, 0.5)}`;
    let kept = 0;
    const running = {
      ...rayJobs(ray.url),
      info: () => Promise.resolve({ status: 'RUNNING' as const }),
      log: () => Promise.resolve(jobs.log),
    };
    await expect(
      followJob({
        jobs: running,
        submissionId: 'far-1',
        monitor: createMonitor({ run: 'far', sinks: [] }),
        onText: () => undefined,
        onProgress: () => undefined,
        intervalMs: 1,
        onRead: (read) => {
          kept = read;
          running.info = () => Promise.reject(killed);
          return Promise.resolve();
        },
        signal: new AbortController().signal,
      }),
    ).rejects.toBe(killed);
    expect(kept).toBe(line(1, 0.25).length);
    await follow(kept, () => Promise.resolve());
    expect(records).toEqual([0.5]);
  });

  it('goes on with --resume once the job has ended, and not before', async () => {
    await launch();
    await expect(launch()).rejects.toThrow(/was launched already\. Go on with --resume/);
    await expect(launch({ resume: true })).rejects.toThrow(/Job far-1 is RUNNING/);
    await launchStop('far', { runsDir: 'runs' }, context());
    await launchStatus('far', { runsDir: 'runs' }, context());
    expect(said).toContain('far-1: STOPPED');
    await launch({ resume: true });
    expect([...ray.jobs.keys()]).toEqual(['far-1', 'far-2']);
  });

  it('ends with the reason of a job that failed', async () => {
    await launch();
    Object.assign(ray.jobs.get('far-1') ?? {}, { status: 'FAILED', message: 'out of memory' });
    await expect(launchLogs('far', { runsDir: 'runs' }, context())).rejects.toThrow(/Job far-1 is FAILED: out of memory/);
  });

  it('brings the model from the folder of the cluster', async () => {
    const shared = join(folder, 'shared');
    writeFileSync(
      join(folder, 'recipe.yaml'),
      `${readFileSync(join(folder, 'recipe.yaml'), 'utf8').replace('nodes: 1', 'nodes: 1, folder: shared')}`,
    );
    await launch();
    mkdirSync(join(shared, 'model'));
    writeFileSync(join(shared, 'model', 'config.json'), '{}');
    Object.assign(ray.jobs.get('far-1') ?? {}, { status: 'SUCCEEDED' });
    await launchLogs('far', { runsDir: 'runs' }, context());
    expect(existsSync(join(folder, 'runs/far/model/config.json'))).toBe(true);
  });

  it('says what is wrong where Ray is not', async () => {
    await expect(launch({ ray: 'http://127.0.0.1:9' })).rejects.toThrow(/Ray does not answer at http:\/\/127\.0\.0\.1:9/);
    await launch();
    ray.jobs.clear();
    await expect(launchStatus('far', { runsDir: 'runs' }, context())).rejects.toThrow(/404.*does not exist/s);
  });
});
