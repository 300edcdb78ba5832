// `orsta watch`, `orsta report` and `orsta train --watch` as one uses them: the built program, a real run, and records of another trainer.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { AlarmRecord, RolloutRecord } from '@vtriune/monitor';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const nano = fileURLToPath(new URL('../../recipes/nano.yaml', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'orsta-watch-'));
const run = join(folder, 'runs/small');
const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Started {
  readonly child: ChildProcess;
  readonly lines: string[];
  readonly exit: Promise<number | null>;
  /** The address that a line of the program tells. */
  url(): Promise<string>;
}

function orsta(...given: readonly string[]): Started {
  const child = spawn(process.execPath, [cli, ...given], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  started.push(child);
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', (line) => lines.push(line));
  const exit = new Promise<number | null>((ended) => child.on('close', ended));
  const url = (): Promise<string> =>
    vi.waitFor(
      () => {
        const found = /http:\/\/127\.0\.0\.1:\d+\//.exec(lines.join('\n'))?.[0];
        if (found === undefined) throw new Error(`no address in: ${lines.join('\n')}`);
        return found;
      },
      // A busy machine takes long to start a program.
      { timeout: 180_000, interval: 200 },
    );
  return { child, lines, exit, url };
}

function train(...given: readonly string[]): Started {
  const small = [
    'trainer.promptsPerStep=8',
    'trainer.groupSize=2',
    'evaluation.samplesPerTask=1',
    'checkpoint.everySteps=1',
    'engine.ranks=1',
  ];
  return orsta('train', nano, '--run-name', 'small', ...small, ...given);
}

function rollouts(): RolloutRecord[] {
  const lines = readFileSync(join(run, 'rollouts.jsonl'), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as RolloutRecord);
}

// Responses that are nearly all the same: nothing can be learned from them, which is to be said.
const WITHOUT_SIGNAL = ['trainer.temperature=0.05', 'alarms.noSignal.window=2', 'alarms.noSignal.share=0.5'];
let said = '';

beforeAll(async () => {
  const { url, exit, lines } = train('trainer.steps=2', '--watch', ...WITHOUT_SIGNAL);
  const runs = (await (await fetch(`${await url()}api/runs`)).json()) as unknown[];
  expect(Array.isArray(runs)).toBe(true);
  expect([await exit, lines.join('\n')]).toEqual([0, expect.stringContaining('run folder')]);
  said = lines.join('\n');
});

describe('records of a run', () => {
  it('name images that are there, with boxes on them, and advantages', async () => {
    const records = rollouts();
    const paths = records.flatMap(({ images = [] }) => images);
    expect(paths.length).toBe(records.length);
    for (const path of paths) expect(existsSync(join(run, path))).toBe(true);
    expect(records.every(({ ground_truth: truth }) => typeof truth === 'string' && truth !== '')).toBe(true);
    expect(records.filter(({ split }) => split === 'train').every(({ advantage }) => typeof advantage === 'number')).toBe(true);
    const boxed = records.find(({ boxes }) => boxes?.some(({ kind }) => kind === 'ground_truth'));
    const { width, height } = await sharp(join(run, boxed?.images?.[0] ?? '')).metadata();
    for (const {
      bbox_2d: [x1 = -1, y1 = -1, x2 = -1, y2 = -1],
    } of boxed?.boxes?.filter(({ kind }) => kind === 'ground_truth') ?? [])
      expect(x1 >= 0 && y1 >= 0 && x2 > x1 && y2 > y1 && x2 <= width && y2 <= height).toBe(true);
  });

  it('are not there twice, nor are their images, after the run went on', async () => {
    const before = rollouts();
    const files = readdirSync(join(run, 'images'));
    writeFileSync(join(run, 'images', `${files[0] ?? ''}.4711`), 'half');
    expect(await train('trainer.steps=3', '--resume', ...WITHOUT_SIGNAL).exit).toBe(0);
    const after = rollouts();
    const seen = after.map(({ step, split, result }) => `${String(step)} ${String(split)} ${result.id}`);
    expect(new Set(seen).size).toBe(seen.length);
    expect(after.slice(0, before.length).map(({ images }) => images)).toEqual(before.map(({ images }) => images));
    const kept = readdirSync(join(run, 'images'));
    expect(kept.filter((name) => !/^[0-9a-f]{24}\.png$/.test(name))).toEqual([]);
    expect(files.every((name) => kept.includes(name))).toBe(true);
  });
});

describe('an alarm of a run', () => {
  it('is on the terminal, in alarms.jsonl and on the page, once and with what to change', async () => {
    const alarms = readFileSync(join(run, 'alarms.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as AlarmRecord);
    const [alarm, ...others] = alarms.filter(({ alarm: name, source }) => name === 'no_signal' && source === 'all');
    expect(others).toEqual([]);
    expect(alarm).toMatchObject({ run: 'small', step: 2, severity: 'critical', values: { share: expect.any(Number) } });
    expect(alarm?.message).toMatch(
      /% of the groups in the last 2 steps had equal rewards, so nothing is learned from them\. .*(trainer\.|samples)/,
    );
    // One voice: the sentence is there once.
    expect(said.split('nothing is learned')).toHaveLength(
      1 + alarms.filter(({ alarm: name, step }) => name === 'no_signal' && step === 2).length,
    );
    expect(said).toContain(`step 2 critical no_signal: ${alarm?.message ?? ''}`);
    const { child, url, exit } = orsta('watch', '--port', '0');
    const shown = (await (await fetch(`${await url()}api/runs/small`)).json()) as { alarms: AlarmRecord[] };
    expect(shown.alarms).toEqual(alarms);
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
  });
});

describe('orsta watch', () => {
  it('shows the run until it is stopped', async () => {
    const { child, url, exit } = orsta('watch', '--port', '0');
    const details = (await (await fetch(`${await url()}api/runs/small`)).json()) as {
      counts: { rollouts: number };
      sources: Record<string, unknown>;
    };
    expect(details.counts.rollouts).toBe(rollouts().length);
    expect(Object.values(details.sources)).toContainEqual({ verifier: 'detection', task: 'detection' });
    expect(await (await fetch(await url())).text()).toContain('<title>V-Triune monitor</title>');
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
  });

  it('takes records of another trainer, and shows them', async () => {
    const { child, url, exit } = orsta('watch', '--port', '0', '--ingest', 'others');
    const post = (...records: readonly object[]) =>
      url().then((at) =>
        fetch(`${at}v1/records`, {
          method: 'POST',
          headers: { 'content-type': 'application/x-ndjson' },
          body: records.map((record) => JSON.stringify(record)).join('\n'),
        }),
      );
    const answer = await post(
      { run: 'theirs', step: 1, prompt: '1+1?', response: '2', reward: 1 },
      { run: 'theirs', step: 1, name: 'loss', value: 0.5 },
      { run: 'theirs', end_step: 1 },
    );
    expect([answer.status, await answer.json()]).toEqual([200, expect.objectContaining({ metrics: 1, rollouts: 1 })]);
    expect((await post({ run: '../out', step: 1, name: 'loss', value: 1 })).status).toBe(400);
    const details = (await (await fetch(`${await url()}api/runs/theirs`)).json()) as { series: { name: string; last: number }[] };
    expect(details.series).toContainEqual(expect.objectContaining({ name: 'loss', last: 0.5 }));
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
    expect(readdirSync(join(folder, 'others'))).toEqual(['theirs']);
  });

  it('is not opened to other machines without a token', async () => {
    const { exit, lines } = orsta('watch', '--host', '0.0.0.0', '--port', '0');
    expect(await exit).not.toBe(0);
    expect(lines.join('\n')).toContain('there is no token');
  });
});

describe('orsta report', () => {
  it('writes one file that needs nothing else, and the curves as a picture', async () => {
    const { exit, lines } = orsta('report', run, run, '--out', 'report.html', '--png', 'curves.png');
    expect([await exit, lines.join('\n')]).toEqual([0, expect.stringContaining('report.html')]);
    const page = readFileSync(join(folder, 'report.html'), 'utf8');
    expect(page).not.toMatch(/<script|src="http|href="http|url\(/);
    for (const part of [
      'Comparison of runs',
      'Before and after',
      'data:image/png;base64,',
      'Recipe and environment',
      'promptsPerStep: 8',
      'machine.cores',
    ])
      expect(page).toContain(part);
    expect(await sharp(join(folder, 'curves.png')).metadata()).toMatchObject({ format: 'png', width: 1800 });
  });

  it('says which folder is no run', async () => {
    const { exit, lines } = orsta('report', folder);
    expect(await exit).not.toBe(0);
    expect(lines.join('\n')).toContain('holds no records of a run');
  });
});
