// Training with a tool, from the lesson that teaches the call to a run that is stopped and goes on.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseMetricRecord, parseRolloutRecord, type MetricRecord, type RolloutRecord } from '@vtriune/monitor';
import { beforeAll, describe, expect, it } from 'vitest';

const app = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'orsta-tools-'));
const PATIENCE = 600_000;

const settings = [
  'model.path=runs/nano-zoom-base/model',
  'trainer.steps=4',
  'trainer.promptsPerStep=3',
  'trainer.groupSize=4',
  'evaluation.samplesPerTask=6',
  'engine.ranks=1',
  'checkpoint.everySteps=2',
  'trainer.selection={name: dies}',
  'trainer.tools.use=[{name: image_zoom_in_tool, pixels: 6400}, {name: clock}]',
  'plugins=[./dies.mjs]',
];

/** A tool, and a selector that takes prompts as they come; where there is a file `die`, it kills its process at the fourth step. */
const plugin = `
import { existsSync } from 'node:fs';
let step = 0;
const choose = (candidates, count) => {
  if (++step === 4 && existsSync('die')) process.kill(process.pid, 'SIGKILL');
  return candidates.slice(0, count).map((_, index) => index);
};
const dies = { name: 'dies', settings: { type: 'object', properties: {} }, poolFactor: () => 1, choose, observe: () => undefined };
const none = { type: 'object', properties: {} };
const clock = { name: 'clock', description: 'The time.', settings: none, parameters: none, run: () => ({ error: 'It stands.' }) };
export default { meta: { name: 'dies', version: '1.0.0' }, selectors: [dies], tools: [clock] };
`;

interface Ended {
  code: number | null;
  output: string;
}

function orsta(given: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(app, 'dist/cli.js'), ...given], { cwd: folder });
    let output = '';
    const take = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('close', (code) => resolve({ code, output }));
  });
}

function train(name: string, more: readonly string[] = []): Promise<Ended> {
  return orsta(['train', join(app, 'recipes/nano-zoom.yaml'), ...settings, '--run-name', name, ...more]);
}

function linesOf<T>(run: string, file: string, parse: (value: unknown) => T): T[] {
  const text = readFileSync(join(folder, 'runs', run, file), 'utf8').trim();
  return text.split('\n').map((line) => parse(JSON.parse(line)));
}

function rolloutsOf(run: string): RolloutRecord[] {
  return linesOf(run, 'rollouts.jsonl', parseRolloutRecord);
}

beforeAll(async () => {
  writeFileSync(join(folder, 'dies.mjs'), plugin);
  const lesson = join(app, 'recipes/nano-zoom-base.yaml');
  const taught = await orsta(['pretrain', lesson, 'steps=40', 'scenesPerStep=6', 'validateEvery=40', '--runs-dir', 'runs']);
  expect(taught, taught.output).toMatchObject({ code: 0 });
  const whole = await train('whole');
  expect(whole, whole.output).toMatchObject({ code: 0 });
}, PATIENCE);

describe('a run with the zoom tool', () => {
  it('calls it, and keeps every turn with its images', () => {
    const rollouts = rolloutsOf('whole').filter(({ split }) => split === 'train');
    const calling = rollouts.filter(({ tool_calls: calls = 0 }) => calls > 0);
    expect(rollouts).toHaveLength(4 * 3 * 4);
    expect(calling.length).toBeGreaterThan(0);
    for (const { turns = [], response } of rollouts) expect(turns.at(-1)).toMatchObject({ role: 'assistant', text: response });
    const shown = calling.find(({ tool_errors: errors }) => errors === 0);
    expect(shown?.turns?.map(({ role }) => role)).toEqual(['assistant', 'tool', 'assistant']);
    const [image = 'none'] = shown?.turns?.[1]?.images ?? [];
    expect(existsSync(join(folder, 'runs/whole', image))).toBe(true);
  });

  it('counts calls, errors and turns for each source', () => {
    const metrics: MetricRecord[] = linesOf('whole', 'metrics.jsonl', parseMetricRecord);
    const valueOf = (name: string): number =>
      metrics.find((metric) => metric.step === 1 && metric.source === 'nano_sign' && metric.name === name)?.value ?? NaN;
    const first = rolloutsOf('whole').filter(({ step }) => step === 1);
    const mean = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
    expect(valueOf('tool/calls')).toBeCloseTo(mean(first.map(({ tool_calls: calls = NaN }) => calls)), 9);
    expect(valueOf('tool/errors')).toBeCloseTo(mean(first.map(({ tool_errors: errors = NaN }) => errors)), 9);
    const own = first.map(({ turns = [] }) => turns.filter(({ role }) => role === 'assistant').length);
    expect(valueOf('length/turns')).toBeCloseTo(mean(own), 9);
  });

  it(
    'goes on with equal weights and records after it was killed',
    async () => {
      writeFileSync(join(folder, 'die'), '');
      const killed = await train('killed');
      expect(killed.code, killed.output).toBeNull();
      rmSync(join(folder, 'die'));
      const resumed = await train('killed', ['--resume']);
      expect(resumed, resumed.output).toMatchObject({ code: 0 });
      expect(resumed.output).toContain('resumed at step 2');
      const weights = (run: string): Buffer => readFileSync(join(folder, 'runs', run, 'checkpoints/step-00000004/model.safetensors'));
      expect(weights('killed').equals(weights('whole'))).toBe(true);
      const turnsOf = (run: string): unknown[] => rolloutsOf(run).map(({ step, sample, turns }) => ({ step, sample, turns }));
      expect(turnsOf('killed')).toEqual(turnsOf('whole'));
    },
    PATIENCE,
  );

  it('is refused where a server samples, before anything begins', async () => {
    writeFileSync(join(folder, 'served.yaml'), 'rollout: { kind: sglang, url: "http://127.0.0.1:1" }\n');
    const refused = await orsta(['train', join(app, 'recipes/nano-zoom.yaml'), 'served.yaml', '--run-name', 'served']);
    expect(refused.code).not.toBe(0);
    expect(refused.output).toContain('rollout.kind is sglang and trainer.tools.use names image_zoom_in_tool');
  });
});
