// A run with a LoRA adapter: it learns, it is resumed to the same bits, and its checkpoint is an adapter that `eval` and `predict` take.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const model = fileURLToPath(new URL('../../models/orsta-nano-base', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'orsta-adapter-'));
const PATIENCE = 600_000;

const recipe = `
name: adapted
model: { path: ${JSON.stringify(model)} }
adapter: { rank: 4, alpha: 8, targets: [q_proj, v_proj, down_proj] }
data: { kind: suite, tasks: [counting, math] }
evaluation: { samplesPerTask: 0 }
trainer: { steps: 3, promptsPerStep: 4, groupSize: 4, maxNewTokens: 6, learningRate: 1.0e-3, seed: 3 }
engine: { ranks: 1, backend: [wasm] }
checkpoint: { everySteps: 1, keep: 4 }
`;

function orsta(...given: string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [cli, ...given], { cwd: folder });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('close', (code) => resolve({ code, output }));
  });
}

function checkpoint(run: string, step: number): string {
  return join(folder, 'runs', run, 'checkpoints', `step-0000000${String(step)}`);
}
function filesOf(run: string): Buffer[] {
  return ['adapter_model.safetensors', 'optimizer.safetensors'].map((name) => readFileSync(join(checkpoint(run, 3), name)));
}

beforeAll(() => {
  writeFileSync(join(folder, 'recipe.yaml'), recipe);
});

describe('orsta train with an adapter', () => {
  it('saves the adapter and not the model, and a run that was stopped ends with the same bits', { timeout: PATIENCE }, async () => {
    expect(await orsta('train', 'recipe.yaml')).toMatchObject({ code: 0 });
    expect(readdirSync(checkpoint('adapted', 3))).toEqual(expect.arrayContaining(['adapter_config.json', 'adapter_model.safetensors']));
    expect(existsSync(join(checkpoint('adapted', 3), 'model.safetensors'))).toBe(false);
    expect(await orsta('train', 'recipe.yaml', '--run-name', 'halves', 'trainer.steps=1')).toMatchObject({ code: 0 });
    expect(await orsta('train', 'recipe.yaml', '--run-name', 'halves', '--resume')).toMatchObject({ code: 0 });
    expect(filesOf('halves')).toEqual(filesOf('adapted'));
  });

  it('gives what eval and predict take, by --adapter or as the model', { timeout: PATIENCE }, async () => {
    const given = ['--samples', '2', '--max-new-tokens', '6', '--ranks', '1', '--json'];
    const summary = async (...args: string[]): Promise<unknown> => {
      const { code, output } = await orsta('eval', ...args, ...given);
      expect(code, output).toBe(0);
      const { seconds, model: path, ...rest } = JSON.parse(output.slice(output.indexOf('{\n'))) as Record<string, unknown>;
      expect([typeof seconds, typeof path]).toEqual(['number', 'string']);
      return rest;
    };
    expect(await summary('--model', model, '--adapter', checkpoint('adapted', 3), '--out', 'responses.jsonl')).toEqual(
      await summary('--model', checkpoint('adapted', 3)),
    );
    const lines = readFileSync(join(folder, 'responses.jsonl'), 'utf8').trim().split('\n');
    expect(lines).toHaveLength(16);
    expect(Object.keys(JSON.parse(lines[0] ?? '') as object)).toEqual([
      ...['id', 'task', 'source', 'response', 'ground_truth', 'steps', 'tokens', 'verified', 'lenient', 'mean_iou'],
    ]);
    await sharp({ create: { width: 64, height: 64, channels: 3, background: 'gray' } })
      .png()
      .toFile(join(folder, 'gray.png'));
    const asked = ['--image', 'gray.png', '--prompt', 'How many cats are there?', '--max-new-tokens', '4'];
    expect(await orsta('predict', '--model', model, '--adapter', checkpoint('adapted', 3), ...asked)).toMatchObject({ code: 0 });
    const wrong = await orsta('eval', '--model', model, '--adapter', model, ...given);
    expect(wrong.code).not.toBe(0);
    expect(wrong.output).toMatch(/has no adapter_config.json/);
  });

  it('refuses two adapters at once', { timeout: PATIENCE }, async () => {
    const { code, output } = await orsta('train', 'recipe.yaml', '--run-name', 'two', `model.adapter=${checkpoint('adapted', 3)}`);
    expect(code).not.toBe(0);
    expect(output).toMatch(/Give one of the two/);
  });
});
