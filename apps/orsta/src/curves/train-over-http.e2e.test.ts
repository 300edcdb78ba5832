// A training whose rewards come from a service, against the same training that scores in its own process: same seed, so same rewards and weights.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { MetricRecord, RolloutRecord } from '@vtriune/monitor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const model = fileURLToPath(new URL('../../models/orsta-nano-base', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'train-http-'));
const STEPS = 3;
const PROMPTS = 4;
const GROUP = 4;
/** Half a minute where two cores are free; a busy machine may take ten times that. */
const PATIENCE = 600_000;

// The base hardly ever earns a reward, so a verifier of its own gives rewards that differ within a group.
const plugin = `
const verify = ({ response }) => ({ accuracy: ([...response].filter((letter) => 'aeiou0123'.includes(letter)).length % 7) / 7, format: 1 });
export default { meta: { name: 'vowels', version: '1.0.0' }, verifiers: [{ name: 'vowels', description: 'counts letters', parameters: {}, components: [], metrics: [], verify }] };
`;

function recipe(name: string, reward: string): string {
  return `
name: ${name}
model: { path: ${model} }
data: { kind: jsonl, files: [{ path: samples/vowels.jsonl }], heldOut: [samples/vowels.jsonl], seed: 7 }
evaluation: { samplesPerTask: 0, everySteps: 0 }
trainer: { steps: ${String(STEPS)}, promptsPerStep: ${String(PROMPTS)}, groupSize: ${String(GROUP)}, maxNewTokens: 6, learningRate: 1.0e-3, seed: 3 }
engine: { ranks: 1 }
plugins: [./vowels.mjs]
reward: ${reward}
`;
}

const started: ChildProcess[] = [];
afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
});

/** Runs the built program to its end. */
function orsta(...given: readonly string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [cli, ...given], { cwd: folder });
    started.push(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('close', (code) => resolve({ code, output }));
  });
}

async function serve(): Promise<{ url: string; stop: () => Promise<number | null> }> {
  const given = ['serve', '--port', '0', '--runs-dir', 'served', '--plugins', './vowels.mjs', '--workers', '1'];
  const child = spawn(process.execPath, [cli, ...given], { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });
  started.push(child);
  const exit = new Promise<number | null>((ended) => child.on('exit', (code) => ended(code)));
  const line = await new Promise<string>((found) => createInterface({ input: child.stdout }).once('line', found));
  const stop = (): Promise<number | null> => {
    child.kill('SIGTERM');
    return exit;
  };
  return { url: /http:\S+?(?=[,;])/.exec(line)?.[0] ?? line, stop };
}

function lines<Line>(path: string): Line[] {
  const text = readFileSync(join(folder, path), 'utf8').trim();
  return text.split('\n').map((line): Line => JSON.parse(line));
}

/** What was answered, and what for, without times. */
function scoresOf(path: string): unknown[] {
  return lines<RolloutRecord>(path).map(({ source, response, result }) => {
    const { elapsed_ms: _time, ...rest } = result.status === 'scored' ? result : { ...result, elapsed_ms: 0 };
    return { source, response, ...rest };
  });
}

/** The values of a metric of each source, by step. */
function curvesOf(path: string, name: string): Record<string, number[]> {
  const curves: Record<string, number[]> = {};
  const found = lines<MetricRecord>(path).filter((record) => record.name === name);
  for (const { source, value } of found.sort((a, b) => a.step - b.step)) (curves[source] ??= []).push(value);
  return curves;
}

beforeAll(async () => {
  writeFileSync(join(folder, 'vowels.mjs'), plugin);
  const made = await orsta('data', 'synth', '--task', 'math', 'counting', '--count', '4', '--out', 'samples');
  expect(made.output).toContain('8 samples');
  const samples = readFileSync(join(folder, 'samples/samples.jsonl'), 'utf8').trim().split('\n');
  const rewarded = samples.map((line) =>
    JSON.stringify({ ...JSON.parse(line), reward_model: { verifier: 'vowels', ground_truth: 'none' } }),
  );
  writeFileSync(join(folder, 'samples/vowels.jsonl'), `${rewarded.join('\n')}\n`);
}, PATIENCE);

describe('orsta train with the rewards of a service', () => {
  it(
    'gets the rewards that it would give itself, and the service draws the same curves per source',
    async () => {
      const service = await serve();
      writeFileSync(join(folder, 'local.yaml'), recipe('local', '{ kind: local }'));
      writeFileSync(join(folder, 'remote.yaml'), recipe('remote', `{ kind: http, urls: [${service.url}] }`));
      for (const name of ['local', 'remote']) {
        const { code, output } = await orsta('train', `${name}.yaml`);
        expect(output).toContain(`step ${String(STEPS)}/${String(STEPS)}`);
        expect(code).toBe(0);
      }
      expect(await service.stop()).toBe(0);

      const local = scoresOf('runs/local/rollouts.jsonl');
      expect(local).toHaveLength(STEPS * PROMPTS * GROUP);
      expect(new Set(local.map((score) => JSON.stringify(score))).size).toBeGreaterThan(STEPS * PROMPTS);
      expect(scoresOf('runs/remote/rollouts.jsonl')).toEqual(local);
      const weights = ['local', 'remote'].map((name) =>
        readFileSync(join(folder, 'runs', name, 'checkpoints', `step-${String(STEPS).padStart(8, '0')}`, 'model.safetensors')),
      );
      expect(weights[0]?.equals(weights[1] ?? Buffer.alloc(0))).toBe(true);

      // The service was asked under the run's own name and steps, and knows each response once.
      const curves = curvesOf('runs/remote/metrics.jsonl', 'reward/total');
      expect(Object.keys(curves).length).toBeGreaterThan(2);
      const served = curvesOf('served/remote/metrics.jsonl', 'reward/total');
      expect(Object.keys(served).sort()).toEqual(Object.keys(curves).sort());
      for (const [source, values] of Object.entries(curves)) {
        expect(served[source]).toHaveLength(values.length);
        values.forEach((value, index) => expect(served[source]?.[index]).toBeCloseTo(value, 12));
      }
      expect(scoresOf('served/remote/rollouts.jsonl')).toHaveLength(local.length);
    },
    PATIENCE,
  );

  it(
    'says so when no service is there',
    async () => {
      writeFileSync(join(folder, 'alone.yaml'), recipe('alone', '{ kind: http, urls: [http://127.0.0.1:9] }'));
      const { code, output } = await orsta('train', 'alone.yaml');
      expect(code).toBe(2);
      expect(output).toContain('No reward service is ready: http://127.0.0.1:9');
    },
    PATIENCE,
  );
});
