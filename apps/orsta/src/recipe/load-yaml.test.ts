import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OrstaError } from '../errors.ts';
import { loadYaml } from './load-yaml.ts';
import { recipeSettings } from './schema.ts';

const folder = mkdtempSync(join(tmpdir(), 'orsta-yaml-'));
const good = 'name: a\nmodel: { path: model }\ndata: { kind: suite }\ntrainer:\n  steps: 3\n';

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return name;
}

async function messageOf(text: string, overrides: string[] = []): Promise<string> {
  const error: unknown = await loadYaml(recipeSettings, write('wrong.yaml', text), { cwd: folder, overrides }).catch(
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof OrstaError)) throw new Error(`expected a failure, got ${JSON.stringify(error)}`);
  expect(['invalid_recipe', 'usage']).toContain(error.code);
  return error.message;
}

describe('loadYaml', () => {
  it('takes overrides over later files over earlier ones', async () => {
    const files = [write('first.yaml', good), write('second.yaml', 'trainer: { steps: 5, groupSize: 4 }\n')];
    const { value } = await loadYaml(recipeSettings, files, {
      cwd: folder,
      overrides: ['trainer.steps=7', 'engine.backend=[wasm, cpu]', 'trainer.learningRate=1e-4'],
    });
    expect(value.trainer).toMatchObject({ steps: 7, groupSize: 4, learningRate: 0.0001 });
    expect(value.engine).toEqual({
      backend: ['wasm', 'cpu'],
      gradientCheckpointing: false,
      optimizer: 'auto',
      ranks: 2,
      tokensPerMicroBatch: 1024,
    });
  });

  it('replaces a group whose kind changes', async () => {
    const files = [write('first.yaml', good), write('second.yaml', 'data: { kind: jsonl, files: [{ path: x.jsonl }] }\n')];
    const { value } = await loadYaml(recipeSettings, files, { cwd: folder });
    expect(value.data).toEqual({ kind: 'jsonl', files: [{ path: 'x.jsonl' }], heldOut: [], prompts: 'as_is', seed: 1 });
  });

  it('resolves paths against the file that says them, or the working directory for overrides', async () => {
    const file = write('first.yaml', good);
    const fromFile = await loadYaml(recipeSettings, file, { cwd: folder });
    expect(fromFile.resolvePath('model', ['model', 'path'])).toBe(join(folder, 'model'));
    const elsewhere = await loadYaml(recipeSettings, join(folder, file), { cwd: '/elsewhere', overrides: ['model.path=here'] });
    expect(elsewhere.resolvePath('here', ['model', 'path'])).toBe('/elsewhere/here');
    expect(elsewhere.resolvePath('x', ['data'])).toBe(join(folder, 'x'));
  });

  it('points at the key of an unknown setting and guesses what was meant', async () => {
    const message = await messageOf(`${good}  learningrat: 3\n`);
    expect(message).toMatch(/^wrong\.yaml:6:3 trainer\.learningrat is not a setting\. Did you mean "learningRate"\? Known here: steps, /);
  });

  it('points at a value out of range and says what the setting is', async () => {
    expect(await messageOf(good.replace('steps: 3', 'steps: 0'))).toMatch(
      /^wrong\.yaml:5:3 trainer\.steps is 0; it must be >= 1\. Training steps/,
    );
  });

  it('names a missing setting where its group stands', async () => {
    expect(await messageOf(good.replace('  steps: 3', '  groupSize: 4'))).toMatch(
      /^wrong\.yaml:4:1 trainer\.steps is missing\. Training steps/,
    );
  });

  it('speaks of the chosen kind alone', async () => {
    expect(await messageOf(good.replace('kind: suite', 'kind: siute'))).toBe(
      'wrong.yaml:3:9 data.kind is "siute"; allowed: suite, files, jsonl. Did you mean "suite"?',
    );
    expect(await messageOf(good.replace('kind: suite', 'kind: suite, file: x'))).toContain(
      'Known here: kind, tasks, maxPixels, prompts, seed.',
    );
  });

  it('lists what is allowed for a word', async () => {
    expect(await messageOf(good.replace('kind: suite', 'kind: suite, tasks: [maths]'))).toMatch(
      /^wrong\.yaml:3:30 data\.tasks\.0 is "maths"; allowed: math, .*Did you mean "math"\?$/,
    );
  });

  it('says that the command line is wrong where it is', async () => {
    expect(await messageOf(good, ['trainer.stepps=3'])).toMatch(/^command line: trainer\.stepps is not a setting\. Did you mean "steps"\?/);
    expect(await messageOf(good, ['trainer.steps.more=3'])).toContain('goes through trainer.steps, which is a value');
    expect(await messageOf(good, ['trainer.freeze=[vit'])).toContain('is not YAML');
  });

  it('points at broken YAML and at files that are no settings', async () => {
    expect(await messageOf('name: a\ntrainer: [\n')).toMatch(/^.*wrong\.yaml:\d:\d is not YAML/);
    expect(await messageOf('- 1\n')).toContain('must hold settings');
    await expect(loadYaml(recipeSettings, 'absent.yaml', { cwd: folder })).rejects.toMatchObject({ code: 'invalid_recipe' });
  });
});
