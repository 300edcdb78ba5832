// What goes wrong around a run: signals, closed pipes, broken images, damaged files, data that changes. Nothing computed may be lost, and
// everything is said.
import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const model = fileURLToPath(new URL('../../models/orsta-nano-base', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'orsta-faults-'));
const PATIENCE = 600_000;

const plugin = `
const verify = ({ response }) => ({ accuracy: ([...response].filter((letter) => 'aeiou0123'.includes(letter)).length % 7) / 7, format: 1 });
export default { meta: { name: 'vowels', version: '1.0.0' }, verifiers: [{ name: 'vowels', description: 'counts letters', parameters: {}, components: [], metrics: [], verify }] };
`;

const recipe = `
name: run
model: { path: ${model} }
data: { kind: jsonl, files: [{ path: samples.jsonl }], heldOut: [samples.jsonl] }
evaluation: { samplesPerTask: 6, batchSize: 2 }
trainer: { steps: 3, promptsPerStep: 2, groupSize: 4, maxNewTokens: 6, seed: 3 }
engine: { ranks: 1 }
checkpoint: { everySteps: 100, keep: 1 }
plugins: [./vowels.mjs]
`;

interface Ended {
  code: number | null;
  output: string;
}

function orsta(given: readonly string[], meanwhile?: (output: string, child: ChildProcess) => void): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [cli, ...given], { cwd: folder });
    let output = '';
    const take = (chunk: Buffer): void => {
      output += chunk.toString();
      meanwhile?.(output, child);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('close', (code) => resolve({ code, output }));
  });
}

function checkpointsOf(run: string): string[] {
  return readdirSync(join(folder, 'runs', run, 'checkpoints'));
}

function sampleLine(index: number): string {
  return JSON.stringify({
    data_source: 'dots',
    images: [{ path: `images/${String(index)}.png` }],
    prompt: [{ role: 'user', content: '<image>\nHow many?' }],
    ability: 'counting',
    reward_model: { verifier: 'vowels', ground_truth: 'none' },
    extra_info: { id: `dots-${String(index)}` },
  });
}

beforeAll(async () => {
  mkdirSync(join(folder, 'images'));
  for (let index = 0; index < 6; index++)
    await sharp({ create: { width: 64, height: 64, channels: 3, background: { r: 40 * index, g: 90, b: 10 } } }).toFile(
      join(folder, 'images', `${String(index)}.png`),
    );
  writeFileSync(join(folder, 'vowels.mjs'), plugin);
  writeFileSync(join(folder, 'recipe.yaml'), recipe);
  writeFileSync(join(folder, 'samples.jsonl'), `${Array.from({ length: 6 }, (_, index) => sampleLine(index)).join('\n')}\n`);
});

describe('a run that is stopped from outside', () => {
  it(
    'saves when the terminal hangs up',
    async () => {
      const ended = await orsta(['train', 'recipe.yaml', '--run-name', 'hangup'], (output, child) => {
        if (output.includes('step 1/')) child.kill('SIGHUP');
      });
      expect(ended.code).toBe(130);
      expect(checkpointsOf('hangup')).toHaveLength(1);
    },
    PATIENCE,
  );

  it(
    'saves and ends without a stack trace when nobody reads its output',
    async () => {
      const ended = await orsta(['train', 'recipe.yaml', '--run-name', 'pipe'], (_, child) => child.stdout?.destroy());
      expect(ended.code).toBe(130);
      expect(ended.output).not.toContain('EPIPE');
      expect(ended.output).not.toContain('    at ');
    },
    PATIENCE,
  );

  it(
    'hears Ctrl-C during an evaluation in its own thread',
    async () => {
      const ended = await orsta(['train', 'recipe.yaml', 'evaluation.batchSize=1', '--run-name', 'heard'], (output, child) => {
        if (output.includes('evaluating the base') && !output.includes('stopping')) child.kill('SIGINT');
      });
      expect(ended.code).toBe(130);
      expect(ended.output).not.toContain('step 0:');
    },
    PATIENCE,
  );
});

describe('a run that meets something broken', () => {
  it(
    'saves the step before, names the cause, and goes on once it is removed',
    async () => {
      const whole = await orsta(['train', 'recipe.yaml', '--run-name', 'whole']);
      expect(whole.code).toBe(0);
      const verifier = readFileSync(join(folder, 'vowels.mjs'), 'utf8');
      writeFileSync(
        join(folder, 'vowels.mjs'),
        `let calls = 0;\n${verifier.replace('({ response }) => (', "({ response, split }) => split === 'train' && ++calls > 16 ? fail() : (")}`,
      );
      const broken = await orsta(['train', 'recipe.yaml', '--run-name', 'broken']);
      writeFileSync(join(folder, 'vowels.mjs'), verifier);
      expect(broken.code).toBe(1);
      expect(broken.output).toContain('step 2 is saved');
      expect(broken.output).toContain('reward_failures');
      expect(checkpointsOf('broken')).toEqual(['step-00000002']);
      const resumed = await orsta(['train', 'recipe.yaml', '--run-name', 'broken', '--resume']);
      expect(resumed.code).toBe(0);
      const weights = (run: string): Buffer => readFileSync(join(folder, 'runs', run, 'checkpoints/step-00000003/model.safetensors'));
      expect(weights('broken').equals(weights('whole'))).toBe(true);
    },
    PATIENCE,
  );

  it(
    'leaves its name free where it never began',
    async () => {
      const failed = await orsta(['train', 'recipe.yaml', 'model.path=typo', '--run-name', 'typo']);
      expect(failed.code).toBe(2);
      const corrected = await orsta(['train', 'recipe.yaml', '--run-name', 'typo', 'trainer.steps=1', 'evaluation.samplesPerTask=0']);
      expect(corrected.output).toContain('run folder');
      expect(corrected.code).toBe(0);
    },
    PATIENCE,
  );
});

describe('a run that goes on', () => {
  it(
    'can be made longer, and says what changed: its settings and its data',
    async () => {
      appendFileSync(join(folder, 'samples.jsonl'), `${sampleLine(0).replace('dots-0', 'dots-6')}\n`);
      const longer = await orsta(['train', 'recipe.yaml', '--run-name', 'whole', '--resume', 'trainer.steps=4']);
      expect(longer.code).toBe(0);
      expect(longer.output).toContain('changed since the run began: trainer.steps');
      expect(longer.output).toContain('samples.jsonl is not the file that this run began with');
      expect(longer.output).toContain('resumed at step 3 of 4');
      const shorter = await orsta(['train', 'recipe.yaml', '--run-name', 'whole', '--resume', 'trainer.steps=2']);
      expect(shorter.code).toBe(1);
      expect(shorter.output).toContain('Give at least 4');
    },
    PATIENCE,
  );

  it(
    'names the file that is damaged',
    async () => {
      truncateSync(join(folder, 'runs/whole/manifest.json'), 40);
      const damaged = await orsta(['train', 'recipe.yaml', '--run-name', 'whole', '--resume', 'trainer.steps=4']);
      expect(damaged.code).toBe(1);
      expect(damaged.output).toContain('error (invalid_run)');
      expect(damaged.output).toContain('manifest.json');
    },
    PATIENCE,
  );

  it(
    'is found by --again, which starts a new one after a finished one',
    async () => {
      const again = await orsta(['train', 'recipe.yaml', '--run-name', 'broken', '--again', '--runs-dir', 'runs']);
      expect(again.output).toContain('there is a run broken already; this one is broken-2');
      expect(again.code).toBe(0);
    },
    PATIENCE,
  );
});

/** The base model with one weight replaced. */
function damagedModel(value: number): string {
  const path = mkdtempSync(join(folder, 'model-'));
  cpSync(model, path, { recursive: true });
  const weights = readFileSync(join(path, 'model.safetensors'));
  weights.writeFloatLE(value, weights.length - 4);
  writeFileSync(join(path, 'model.safetensors'), weights);
  return path;
}

describe('weights that are of no use', () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY])(
    'are refused before anything is computed: %s',
    async (value) => {
      const path = damagedModel(value);
      for (const given of [
        ['eval', '--model', path, '--samples', '1', '--ranks', '1'],
        ['predict', '--model', path, '--image', 'images/1.png', '--prompt', 'How many?'],
        ['train', 'recipe.yaml', `model.path=${path}`, '--run-name', 'never'],
      ]) {
        const ended = await orsta(given);
        expect(ended.code).toBe(1);
        expect(ended.output).toMatch(/error \(invalid_checkpoint\): .*model\.safetensors: \S+ holds (NaN|Infinity) at index \d+/);
      }
    },
    PATIENCE,
  );

  it(
    'are not made by a learning rate that replaces the model',
    async () => {
      const given = ['trainer.learningRate=1e3', 'evaluation.samplesPerTask=0', 'checkpoint.everySteps=1'];
      const steep = await orsta(['train', 'recipe.yaml', ...given, '--run-name', 'steep']);
      expect(steep.code).toBe(1);
      expect(steep.output).toContain('error (invalid_config): The learning rate is 1000');
      expect(steep.output).not.toContain('    at ');
    },
    PATIENCE,
  );
});

/** An estimator of advantages that returns infinity from the second step on. */
const blowUp = `
export default { meta: { name: 'blow-up', version: '1.0.0' }, advantages: [{
  name: 'blow-up',
  settings: { type: 'object', properties: {}, additionalProperties: false },
  estimate: (groups, { state = 0 }) => ({
    groups: groups.map(({ rollouts }) => ({ advantages: rollouts.map(() => (state > 0 ? Infinity : 1)), zeroVariance: false })),
    state: state + 1,
  }),
}] };
`;

describe('a loss that is not finite', () => {
  it(
    'ends the run; the checkpoint that it was computed from stays, and keeps its name',
    async () => {
      writeFileSync(join(folder, 'blow-up.mjs'), blowUp);
      const given = ['plugins=[./vowels.mjs, ./blow-up.mjs]', 'trainer.advantage={name: blow-up}', 'evaluation.samplesPerTask=0'];
      for (const [run, everySteps] of [
        ['blown', 1],
        ['blown-unsaved', 100],
      ] as const) {
        const ended = await orsta(['train', 'recipe.yaml', ...given, `checkpoint.everySteps=${String(everySteps)}`, '--run-name', run]);
        expect(ended.code).toBe(1);
        expect(ended.output).toContain('error (not_finite)');
        expect(checkpointsOf(run)).toEqual(['step-00000001']);
      }
    },
    PATIENCE,
  );
});

describe('a prompt that is too long', () => {
  it.each([
    ['eval', '--model', model, '--data', 'samples.jsonl', '--ranks', '1', '--max-prompt-tokens', '20'],
    ['predict', '--model', model, '--image', 'images/1.png', '--prompt', 'How many?', '--max-prompt-tokens', '20'],
    ['train', 'recipe.yaml', 'trainer.maxPromptTokens=20', '--run-name', 'long'],
  ])(
    'is refused with its size and the limit: %s',
    async (...given) => {
      const ended = await orsta(given);
      expect(ended.code).toBe(1);
      expect(ended.output).toMatch(/sample "[\w-]+" of \w+: the prompt has \d+ tokens, maxPromptTokens allows 20\./);
    },
    PATIENCE,
  );

  it(
    'is refused by default where it has more than 8,192 tokens',
    async () => {
      const ended = await orsta(['predict', '--model', model, '--image', 'images/1.png', '--prompt', 'word '.repeat(9000)]);
      expect(ended.code).toBe(1);
      expect(ended.output).toContain('maxPromptTokens allows 8192');
    },
    PATIENCE,
  );
});

describe('a model that is none', () => {
  it.each([
    ['Qwen/Qwen2.5-VL-3B-Instruct', 'hf download Qwen/Qwen2.5-VL-3B-Instruct'],
    ['images', 'it has no config.json. It holds 0.png'],
    ['recipe.yaml', 'it is a file'],
    ['~/no-such-model', 'there is no such folder'],
  ])(
    'is named with what to do: eval --model %s',
    async (path, message) => {
      const ended = await orsta(['eval', '--model', path]);
      expect(ended.code).toBe(2);
      expect(ended.output).toContain(message);
    },
    PATIENCE,
  );
});

describe('nothing to do', () => {
  it.each([
    ['--samples', '0'],
    ['--pass-at', '0'],
    ['--ranks', '0'],
    ['--max-new-tokens', '0'],
  ])(
    'is refused: eval %s %s',
    async (option, value) => {
      const ended = await orsta(['eval', '--model', model, option, value]);
      expect(ended.code).toBe(2);
      expect(ended.output).toContain('It must be at least 1.');
    },
    PATIENCE,
  );

  it(
    'is refused: empty files, and files whose requests all fail',
    async () => {
      writeFileSync(join(folder, 'empty.jsonl'), '\n\n');
      writeFileSync(join(folder, 'failing.jsonl'), '{}\n{"id": "a"}\n');
      for (const given of [
        ['score', 'empty.jsonl'],
        ['data', 'validate', 'empty.jsonl'],
        ['score', 'failing.jsonl'],
      ]) {
        const ended = await orsta(given);
        expect(ended.code).toBe(1);
        expect(ended.output).toContain('error (invalid_data)');
      }
    },
    PATIENCE,
  );
});
