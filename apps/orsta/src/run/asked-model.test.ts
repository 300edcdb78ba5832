import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandContext } from '../context.ts';
import { askedModel, type AskedModel, type AskOptions } from './asked-model.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'asked-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(path: string, content: unknown): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
}

const clock = `export default { meta: { name: 'clocks', version: '1.0.0' }, tools: [{ name: 'clock', description: 'The time.',
  settings: { type: 'object', properties: {} }, parameters: { type: 'object', properties: {} }, run: () => ({ error: 'It stands.' }) }] };`;

/** A run with two checkpoints; only what is read is there. */
function writeRun(name: string, trainer: object, more: object = {}): void {
  write(`${name}/recipe.yaml`, 'name: run\n');
  for (const step of ['00000020', '00000040']) {
    write(`${name}/checkpoints/step-${step}/config.json`, {});
    write(`${name}/checkpoints/step-${step}/trainer_state.json`, { state: { step: Number(step), recipe: { trainer, ...more } } });
  }
}

async function ask(options: AskOptions): Promise<AskedModel & { notes: string }> {
  let notes = '';
  const notice = (text: string): void => void (notes += text);
  const context = {
    cwd: folder,
    notice,
    output: notice,
    terminal: { isTTY: false, columns: 80, color: false },
  } as unknown as CommandContext;
  return { ...(await askedModel(options, context, { maxNewTokens: 64 })), notes };
}

const zoom = { name: 'image_zoom_in_tool', pixels: 6400 };
const trainer = { maxNewTokens: 48, maxPromptTokens: 512, tools: { use: [zoom], maxTurns: 2, maxTokens: 128, describe: false } };

describe('askedModel', () => {
  it('is the plain model with the defaults where nothing else is known', async () => {
    expect(await ask({ model: 'base' })).toEqual({
      model: { path: join(folder, 'base') },
      plugins: [],
      maxNewTokens: 64,
      maxPromptTokens: 8192,
      notes: '',
    });
  });

  it('is the newest checkpoint of a run, asked with its tools and limits, and says so', async () => {
    writeRun('zoom', trainer, { data: { kind: 'suite', maxPixels: 9216 }, plugins: [] });
    const found = await ask({ model: 'zoom' });
    expect(found).toMatchObject({
      model: { path: join(folder, 'zoom/checkpoints/step-00000040') },
      tools: { use: [{ ...zoom, minSide: 8 }], maxTurns: 2, maxTokens: 128, describe: false },
      maxNewTokens: 48,
      maxPromptTokens: 512,
      maxPixels: 9216,
    });
    expect(found.notes).toContain(
      'step-00000040 was trained with tools: it is asked with image_zoom_in_tool (maxTurns 2, maxTokens 128), maxNewTokens 48, maxPromptTokens 512, maxPixels 9216\n',
    );
    expect((await ask({ model: 'zoom/checkpoints/step-00000020' })).tools).toEqual(found.tools);
    // An adapter knows its run too.
    expect((await ask({ model: 'base', adapter: 'zoom/checkpoints/step-00000020' })).tools).toEqual(found.tools);
  });

  it('goes by the options first', async () => {
    const given = { tools: ['maxTurns=1'], maxNewTokens: 9, maxPromptTokens: 99, maxPixels: 12544 };
    expect(await ask({ model: 'zoom', ...given })).toMatchObject({ ...given, tools: { use: [zoom], maxTurns: 1 } });
    const without = await ask({ model: 'zoom', tools: ['none'] });
    expect(without.tools).toBeUndefined();
    expect(without).toMatchObject({
      maxNewTokens: 48,
      notes: expect.stringContaining('asked with none of them, maxNewTokens 48') as string,
    });
  });

  it('finds the tools of the packages of the run, and of those that are given, each once', async () => {
    write('clocks.mjs', clock);
    writeRun('timed', { tools: { use: [{ name: 'clock' }] } }, { plugins: [join(folder, 'clocks.mjs')] });
    const found = await ask({ model: 'timed', plugins: ['./clocks.mjs'] });
    expect(found.plugins.map(({ meta }) => meta.name)).toEqual(['clocks']);
    expect(found.tools).toMatchObject({ use: [{ name: 'clock' }], maxTurns: 4 });
    await expect(ask({ model: 'base', tools: ['clock'] })).rejects.toThrow(/There is no tool "clock".*list the package that has it/);
  });

  it('takes nothing of a run without tools, and of the state of another trainer', async () => {
    writeRun('plain', { maxNewTokens: 48, tools: { use: [] } }, { data: { maxPixels: 9216 } });
    expect(await ask({ model: 'plain' })).toMatchObject({ maxNewTokens: 64, notes: '' });
    write('trl/trainer_state.json', { log_history: [] });
    expect(await ask({ model: 'trl' })).toMatchObject({ model: { path: join(folder, 'trl') }, maxNewTokens: 64 });
  });

  it('names what is wrong with a run', async () => {
    write('empty/recipe.yaml', 'name: empty\n');
    await expect(ask({ model: 'empty' })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('is a run without a checkpoint') as string,
    });
    write('torn/trainer_state.json', '{"state": ');
    await expect(ask({ model: 'torn' })).rejects.toMatchObject({
      code: 'invalid_run',
      message: expect.stringContaining('torn/trainer_state.json cannot be read') as string,
    });
  });
});
