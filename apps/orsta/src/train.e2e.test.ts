import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { createNano } from './pretrain/create-nano.ts';

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'orsta-e2e-'));
const STEPS = 6;
/** About a minute where two cores are free; a busy machine may take ten times that. */
const PATIENCE = 900_000;

// An untrained model is never right, so a verifier of its own gives rewards that differ within a group.
const plugin = `
const verify = ({ response }) => ({ accuracy: ([...response].filter((letter) => 'aeiou0123'.includes(letter)).length % 7) / 7, format: 1 });
export default { meta: { name: 'vowels', version: '1.0.0' }, verifiers: [{ name: 'vowels', description: 'counts letters', parameters: {}, components: [], metrics: [], verify }] };
`;

const recipe = `
name: whole
model: { path: model }
data: { kind: jsonl, files: [{ path: samples/vowels.jsonl }], heldOut: [samples/vowels.jsonl], seed: 7 }
evaluation: { samplesPerTask: 8, everySteps: 3 }
trainer: { steps: ${String(STEPS)}, promptsPerStep: 4, groupSize: 4, maxNewTokens: 6, learningRate: 1.0e-3, seed: 3 }
engine: { ranks: 2 }
checkpoint: { everySteps: 2, keep: 2 }
plugins: [./vowels.mjs]
`;

interface Ended {
  code: number | null;
  output: string;
}

/** Runs the built program; `onOutput` may kill it. */
function orsta(given: readonly string[], onOutput?: (output: string, kill: (signal: NodeJS.Signals) => void) => void): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [cli, ...given], { cwd: folder });
    let output = '';
    const take = (chunk: Buffer): void => {
      output += chunk.toString();
      onOutput?.(output, (signal) => child.kill(signal));
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('close', (code) => resolve({ code, output }));
  });
}

function killedAfter(milliseconds: number, given: readonly string[]): Promise<Ended> {
  let timer: NodeJS.Timeout | undefined;
  return orsta(given, (_, kill) => {
    timer ??= setTimeout(() => kill('SIGKILL'), milliseconds);
  }).finally(() => clearTimeout(timer));
}

function weightsOf(run: string): Buffer[] {
  const last = join(folder, 'runs', run, 'checkpoints', `step-${String(STEPS).padStart(8, '0')}`);
  return ['model.safetensors', 'optimizer.safetensors'].map((name) => readFileSync(join(last, name)));
}

/** Records without what a clock decides. */
function recordsOf(run: string): string[] {
  const lines = ['metrics.jsonl', 'rollouts.jsonl'].flatMap((name) =>
    readFileSync(join(folder, 'runs', run, name), 'utf8')
      .trim()
      .split('\n'),
  );
  const timed = /"name":"(time|throughput|verifier|latency)\//;
  return lines.filter((line) => !timed.test(line)).map((line) => line.replace(/"run":"[^"]*"/, '').replace(/"elapsed_ms":[\d.e-]+/, ''));
}

beforeAll(async () => {
  if (!existsSync(cli)) throw new Error(`${cli} is not built: run the build first`);
  await createNano(join(folder, 'model'), 1);
  writeFileSync(join(folder, 'vowels.mjs'), plugin);
  writeFileSync(join(folder, 'recipe.yaml'), recipe);
  const made = await orsta(['data', 'synth', '--task', 'math', 'counting', '--count', '8', '--out', 'samples']);
  expect(made.output).toContain('16 samples');
  const samples = readFileSync(join(folder, 'samples/samples.jsonl'), 'utf8').trim().split('\n');
  const rewarded = samples.map((line) =>
    JSON.stringify({ ...JSON.parse(line), reward_model: { verifier: 'vowels', ground_truth: 'none' } }),
  );
  writeFileSync(join(folder, 'samples/vowels.jsonl'), `${rewarded.join('\n')}\n`);
}, PATIENCE);

describe('orsta train', () => {
  it(
    'ends with the same weights and records after kills and Ctrl-C as without',
    async () => {
      const began = performance.now();
      const whole = await orsta(['train', 'recipe.yaml']);
      const duration = performance.now() - began;
      expect(whole.output).toContain('macro average');
      expect(whole.code).toBe(0);

      const resume = ['train', 'recipe.yaml', '--run-name', 'broken', '--resume'];
      // Moments spread over a run's life by the clock: every test run breaks it elsewhere.
      for (const share of [0.15, 0.5]) {
        const killed = await killedAfter(duration * (share + 0.3 * Math.random()), resume);
        expect([null, 0]).toContain(killed.code);
      }
      const interrupted = await orsta(['train', 'recipe.yaml', '--run-name', 'stopped'], (output, kill) => {
        if (output.includes('step 1/') && !output.includes('stopping')) kill('SIGINT');
      });
      expect(interrupted.code).toBe(130);
      expect(interrupted.output).toContain('--resume');
      expect(readdirSync(join(folder, 'runs/stopped/checkpoints'))).toHaveLength(1);

      for (const name of ['broken', 'stopped']) {
        const resumed = await orsta(['train', 'recipe.yaml', '--run-name', name, '--resume']);
        expect(resumed.output).toContain('macro average');
        expect(resumed.code).toBe(0);
        expect(weightsOf(name).map((bytes, index) => bytes.equals(weightsOf('whole')[index] ?? Buffer.alloc(0)))).toEqual([true, true]);
        expect(recordsOf(name)).toEqual(recordsOf('whole'));
      }
    },
    PATIENCE,
  );

  it('learned something in that run, so that equal weights say something', () => {
    const [trained] = weightsOf('whole');
    expect(trained?.equals(readFileSync(join(folder, 'model/model.safetensors')))).toBe(false);
    const { before, after } = JSON.parse(readFileSync(join(folder, 'runs/whole/evaluation.json'), 'utf8'));
    expect(Object.keys(before.summary.tasks)).toEqual(['math', 'counting']);
    expect(before.summary).not.toEqual(after.summary);
  });

  it(
    'refuses to overwrite a run, a recipe that changed, and settings that do not exist',
    async () => {
      const again = await orsta(['train', 'recipe.yaml']);
      expect(again).toMatchObject({ code: 1 });
      expect(again.output).toContain('--resume');
      const changed = await orsta(['train', 'recipe.yaml', 'trainer.groupSize=8', '--resume']);
      expect(changed).toMatchObject({ code: 1 });
      expect(changed.output).toContain('different: trainer.groupSize');
      const unknown = await orsta(['train', 'recipe.yaml', 'trainer.grupSize=8']);
      expect(unknown).toMatchObject({ code: 2 });
      expect(unknown.output).toContain('Did you mean "groupSize"?');
    },
    PATIENCE,
  );
});
