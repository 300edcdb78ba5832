// `orsta import` and `orsta adapter --with-monitor` as one uses them: logs of other trainers become runs that `watch` and `report` show.
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { RolloutRecord } from '@vtriune/monitor';
import { afterAll, afterEach, describe, expect, it } from 'vitest';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const logs = fileURLToPath(new URL('../../../../packages/monitor/test/fixtures/importers/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'orsta-import-'));
const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true }));

function orsta(...given: readonly string[]): { code: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...given], { cwd: folder, encoding: 'utf8' });
  return { code: status, said: stdout + stderr };
}
async function watch(...given: readonly string[]): Promise<{ url: string; stop(): Promise<unknown> }> {
  const child = spawn(process.execPath, [cli, 'watch', '--port', '0', ...given], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  const line = await new Promise<string>((found) => createInterface({ input: child.stdout }).once('line', found));
  const ended = new Promise((done) => child.once('exit', done));
  const stop = (): Promise<unknown> => {
    child.kill('SIGTERM');
    return ended;
  };
  return { url: /http:\S+\//.exec(line)?.[0] ?? line, stop };
}
interface Details {
  readonly timed: boolean;
  readonly alarms: readonly { readonly alarm: string }[];
  readonly series: readonly { readonly name: string; readonly last: number; readonly split: string; readonly source: string }[];
}

describe('orsta import', () => {
  it('makes runs of the logs of verl, TRL, V-Triune and TensorBoard, which watch and report show', async () => {
    rmSync(join(folder, 'runs'), { recursive: true, force: true });
    copyFileSync(join(logs, 'verl.jsonl'), join(folder, 'verl.jsonl'));
    // The history of every checkpoint is that of the one before and more; the newest counts.
    const log = Array.from({ length: 40 }, (_, i) => ({ step: i + 1, reward: i < 20 ? 0.8 : 0.1, entropy: 1, step_time: 2 }));
    for (const [steps, checkpoint] of [
      [20, 'checkpoint-20'],
      [40, 'checkpoint-40'],
    ] as const) {
      mkdirSync(join(folder, 'trl-out', checkpoint), { recursive: true });
      writeFileSync(join(folder, 'trl-out', checkpoint, 'trainer_state.json'), JSON.stringify({ log_history: log.slice(0, steps) }));
    }
    const history = [1, 2].map((step) => ({
      _step: step,
      _timestamp: 1_764_000_000 + 30 * step,
      'rews_accuracy_reward/mm_math': step / 4,
    }));
    writeFileSync(join(folder, 'history.jsonl'), `${history.map((line) => JSON.stringify(line)).join('\n')}\n{"_step": 3, "rews`);
    mkdirSync(join(folder, 'board', 'eval'), { recursive: true });
    for (const place of ['board', 'board/eval']) copyFileSync(join(logs, 'torch.tfevents'), join(folder, place, 'events.out.tfevents.1'));

    expect(orsta('import', 'verl', 'verl.jsonl')).toEqual({ code: 0, said: expect.stringMatching(/^8 metrics of 2 steps/) });
    expect(orsta('import', 'trl', 'trl-out')).toEqual({ code: 0, said: expect.stringMatching(/^120 metrics of 40 steps and [1-9]/) });
    expect(orsta('import', 'v-triune', 'history.jsonl', '--run-name', 'paper')).toEqual({
      code: 0,
      said: expect.stringMatching(/0 entries that are no finite number, 1 damaged/),
    });
    expect(orsta('import', 'tensorboard', 'board').code).toBe(0);

    const { url, stop } = await watch();
    const details = async (run: string): Promise<Details> => (await (await fetch(`${url}api/runs/${run}`)).json()) as Details;
    expect((await details('verl')).series).toContainEqual(expect.objectContaining({ name: 'reward/total', last: 0.5 }));
    const trl = await details('trl-out');
    expect([trl.timed, trl.alarms.map(({ alarm }) => alarm)]).toEqual([true, expect.arrayContaining(['reward_collapse'])]);
    const paper = await details('paper');
    expect(paper.series).toContainEqual(expect.objectContaining({ name: 'reward/accuracy', source: 'mm_math', last: 0.5 }));
    expect(paper.timed).toBe(true);
    const splits = (await details('board')).series.filter(({ name }) => name === 'train/loss').map(({ split }) => split);
    expect(splits.sort()).toEqual(['test', 'train']);
    const charts = [[['paper', 'mm_math', 'train', 'reward/accuracy']]];
    const curves = await fetch(`${url}api/curves`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ charts, axis: 'time' }),
    });
    expect(await curves.json()).toMatchObject([{ x: [0, 30] }]);
    await stop();
    expect(orsta('report', 'runs/verl', 'runs/paper', '--out', 'report.html').code).toBe(0);
    expect(readFileSync(join(folder, 'report.html'), 'utf8')).toContain('mm_math: reward/accuracy');
  });

  it.each([
    ['a kind that there is not', ['wandb', 'verl.jsonl'], /There is no importer "wandb". Known: verl, trl, v-triune, tensorboard/],
    ['a file that is not there', ['verl', 'none.jsonl'], /none.jsonl cannot be read/],
    ['a log of another kind', ['tensorboard', 'verl.jsonl'], /verl.jsonl: this is no TensorBoard event file/],
    ['a folder without logs', ['trl', 'runs'], /is a folder without a trainer_state.json/],
    ['a name that is taken', ['verl', 'verl.jsonl'], /is not empty. Choose another name with --run-name/],
  ])('refuses %s', (_, given, message) => {
    const { code, said } = orsta('import', ...given);
    expect(code).not.toBe(0);
    expect(said).toMatch(message);
  });
});

const python = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))']).status === 0;

describe(python ? 'orsta adapter --with-monitor' : 'orsta adapter --with-monitor (skipped: there is no python3 of 3.9 or later)', () => {
  it.skipIf(!python)('streams what a reward function of verl gives, and never stops it', async () => {
    expect(orsta('adapter', 'verl', '--with-monitor', '--out', 'vtriune_verl.py').code).toBe(0);
    const script = `
import asyncio, math
from vtriune_verl import watched

@watched
async def compute_score(data_source, solution_str, ground_truth, extra_info=None):
    return {"score": math.nan if solution_str == "?" else float(solution_str == ground_truth), "acc": float(solution_str == ground_truth)}

async def main():
    for step in (0, 1):
        for answer in ("2", "3", "?"):
            scored = await compute_score("sums", answer, "2", {"id": "a", "global_steps": step, "array": object()})
            await compute_score("all", answer, {"boxes": [1]}, None)
    print(scored["acc"])

asyncio.run(main())
`;
    writeFileSync(join(folder, 'use.py'), script);
    const { url, stop } = await watch('--ingest', 'others');
    const run = (address: string): string =>
      execFileSync('python3', ['use.py'], {
        cwd: folder,
        env: { ...process.env, VTRIUNE_MONITOR: address, VTRIUNE_RUN: 'mine' },
        encoding: 'utf8',
      });
    expect(run(url)).toBe('0.0\n');
    await stop();
    const records = readFileSync(join(folder, 'others/mine/rollouts.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as RolloutRecord);
    expect(records.filter(({ source }) => source === 'sums')).toHaveLength(6);
    expect(records).toContainEqual(
      expect.objectContaining({
        step: 2,
        sample: 'a',
        ground_truth: '2',
        response: '2',
        result: expect.objectContaining({ reward: 1, components: { accuracy: 1 } }),
      }),
    );
    expect(records).toContainEqual(expect.objectContaining({ source: 'all_', ground_truth: '{"boxes": [1]}' }));
    expect(records.filter(({ result }) => result.status === 'failed')).toHaveLength(4);
    // Nobody is there any more: the training goes on.
    expect(run(url)).toBe('0.0\n');
  });
});
