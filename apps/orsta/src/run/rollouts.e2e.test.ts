// A run whose responses come from a server: the server speaks the protocol of vLLM or SGLang and samples from the weights that the run writes to disk.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { selectBackend } from '@vtriune/trainer';
import { startRolloutServer, type TestRolloutServer } from '@vtriune/trainer/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const model = fileURLToPath(new URL('../../models/orsta-nano-base', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'orsta-rollouts-'));
const PATIENCE = 600_000;

function orsta(...given: readonly string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [cli, ...given], { cwd: folder });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('close', (code) => resolve({ code, output }));
  });
}

/** Kills the run as soon as a checkpoint is there. */
function killedAfterCheckpoint(file: string, checkpoint: string): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [cli, 'train', file], { cwd: folder, stdio: 'ignore' });
    const watch = setInterval(() => {
      if (existsSync(checkpoint)) child.kill('SIGKILL');
    }, 5);
    child.on('close', () => {
      clearInterval(watch);
      resolve();
    });
  });
}

const SHORT = `trainer: { steps: 3, promptsPerStep: 4, groupSize: 4, maxNewTokens: 24, learningRate: 1.0e-3, seed: 3 }
engine: { ranks: 1 }`;

function recipe(name: string, rollout: string, more = SHORT): string {
  const file = `${name}.yaml`;
  writeFileSync(
    join(folder, file),
    `
name: ${name}
model: { path: ${model} }
data: { kind: suite, tasks: [counting, grounding], seed: 3 }
evaluation: { samplesPerTask: 0 }
reward: { kind: local, iouSchedule: { kind: linear, start: 0, end: 0.5 } }
checkpoint: { everySteps: 1, keep: 2 }
rollout: ${rollout}
${more}
`,
  );
  return file;
}

function metric(run: string, name: string): number[] {
  return readFileSync(join(folder, 'runs', run, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { name: string; value: number })
    .filter((record) => record.name === name)
    .map(({ value }) => value);
}

beforeAll(async () => {
  if (!existsSync(cli)) throw new Error(`${cli} is not built: run the build first`);
  await selectBackend({ prefer: ['wasm'] });
});

describe.each(['vllm', 'sglang'] as const)('orsta train with responses from %s', (protocol) => {
  let server: TestRolloutServer;
  beforeAll(async () => {
    server = await startRolloutServer({ protocol, modelFolder: model });
  });
  afterAll(() => server.close());
  // The run before has left its weights.
  beforeEach(() => server.restart());

  it.each(['model', 'adapter'] as const)(
    'samples from the new weights after each update: the %s goes over by a folder',
    async (kind) => {
      const name = `${protocol}-${kind}`;
      const file = recipe(
        name,
        `{ kind: ${protocol}, url: '${server.url}' }`,
        kind === 'adapter' ? `${SHORT}\nadapter: { rank: 4 }` : SHORT,
      );
      const { code, output } = await orsta('train', file);
      expect(output).toContain(`responses are sampled by ${protocol} at ${server.url}`);
      expect(code).toBe(0);
      const gaps = metric(name, 'policy/sampler_gap');
      expect(gaps.length).toBeGreaterThanOrEqual(2);
      // Old weights would show: a step at this learning rate moves log-probabilities by far more.
      for (const gap of gaps) expect(gap).toBeLessThan(1e-3);
      expect(readdirSync(join(folder, 'runs', name, 'rollout-weights'))).toEqual([]);
    },
    PATIENCE,
  );
});

describe('orsta train one step off', () => {
  it(
    'gives the same bits on two ranks after a kill',
    async () => {
      const settings =
        'trainer: { steps: 5, promptsPerStep: 4, groupSize: 4, maxNewTokens: 16, staleness: 1, seed: 3 }\nengine: { ranks: 2 }';
      const straight = await orsta('train', recipe('straight', '{ kind: local }', settings));
      expect(straight.code).toBe(0);
      await killedAfterCheckpoint(recipe('killed', '{ kind: local }', settings), join(folder, 'runs/killed/checkpoints/step-00000002'));
      expect(existsSync(join(folder, 'runs/killed/checkpoints/step-00000005'))).toBe(false);
      expect((await orsta('train', 'killed.yaml', '--resume')).code).toBe(0);
      const weights = (run: string): Buffer => readFileSync(join(folder, 'runs', run, 'checkpoints/step-00000005/model.safetensors'));
      expect(weights('killed').equals(weights('straight'))).toBe(true);
      expect(metric('straight', 'rollout/staleness')).toEqual([0, 1, 1, 1, 1]);
      expect(metric('killed', 'rollout/staleness')).toEqual([0, 1, 1, 1, 1]);
    },
    PATIENCE,
  );
});

describe('orsta train with a rollout server', () => {
  it(
    'ends with the reason where the server cannot be reached',
    async () => {
      const { code, output } = await orsta('train', recipe('nowhere', "{ kind: sglang, url: 'http://127.0.0.1:9', retries: 0 }"));
      expect(code).not.toBe(0);
      expect(output).toMatch(/127\.0\.0\.1:9\/update_weights_from_disk cannot be reached: .*Start the server, or correct its address/);
    },
    PATIENCE,
  );
});
