import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAdapter } from '../../adapters/adapter.ts';
import { selectBackend } from '../../backend/select-backend.ts';
import type { Engine } from '../../engines/engine.ts';
import type { Processor } from '../../processor/processor.ts';
import type { GenerationOptions, GenerationPrompt } from '../generate.ts';
import { makeRolloutExamples, shaken, snapshotOf, type RolloutExamples } from '../../testing/rollout-examples.ts';
import { checkRolloutEngine, samplerGap } from '../testing/check-rollout-engine.ts';
import { startRolloutServer, type TestRolloutServer } from '../testing/rollout-server.ts';
import { localRollouts, type RolloutEngine } from './rollout-engine.ts';
import { sampleElsewhere } from './sample-elsewhere.ts';
import { sglangRollouts } from './sglang.ts';
import { vllmRollouts } from './vllm.ts';

const NANO = fileURLToPath(new URL('../../../../../apps/orsta/models/orsta-nano-base', import.meta.url));

let examples: RolloutExamples;
let folder: string;
let processor: Processor;
let trainer: Engine;
let prompts: RolloutExamples['prompts'];
let continued: RolloutExamples['continued'];
let updates: RolloutExamples['updates'];
let options: GenerationOptions;

beforeAll(async () => {
  await selectBackend({ prefer: ['wasm'] });
  folder = await mkdtemp(join(tmpdir(), 'rollouts-'));
  examples = await makeRolloutExamples(NANO, folder);
  ({ processor, trainer, prompts, continued, updates } = examples);
  options = { groupSize: 2, maxNewTokens: 6, temperature: 1, topP: 1, topK: 0, seed: 5, stopTokenIds: examples.stopTokenIds };
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

describe('the local engine', () => {
  it('passes the checks of rollout engines', async () => {
    const { stopTokenIds } = options;
    expect(await checkRolloutEngine({ rollouts: localRollouts(trainer), trainer, prompts, continued, stopTokenIds })).toEqual([]);
  });
});

describe.each(['vllm', 'sglang'] as const)('%s', (protocol) => {
  let server: TestRolloutServer;
  let rollouts: RolloutEngine;
  beforeAll(async () => {
    server = await startRolloutServer({ protocol, modelFolder: NANO });
  });
  afterAll(() => server.close());

  function connect(): RolloutEngine {
    const settings = { url: server.url, processor, retryDelayMs: 1, retries: 1 };
    return protocol === 'vllm' ? vllmRollouts(settings) : sglangRollouts(settings);
  }

  it('passes the checks of rollout engines', { timeout: 120_000 }, async () => {
    rollouts = connect();
    const { stopTokenIds } = options;
    expect(await checkRolloutEngine({ rollouts, trainer, prompts, continued, stopTokenIds, updates })).toEqual([]);
    await server.restart();
  });

  it('fails the checks where the weights are others', async () => {
    const { stopTokenIds } = options;
    const problems = await checkRolloutEngine({ rollouts: connect(), trainer: updates[1]!.trainer, prompts, stopTokenIds, updates: [] });
    expect(problems.join(' ')).toContain('it goes on after the turn of a tool, and no such prompt was given to check');
    expect(problems.join(' ')).toMatch(/at temperature 1 a token's log-probability differs from the trainer's by/);
    expect(problems.join(' ')).toContain('takes weights of the kind "model", and none were given');
  });

  it('notices that the server was started again', async () => {
    const engine = connect();
    await engine.update(updates[1]!.weights);
    await engine.generate(prompts, options);
    await server.restart();
    await expect(engine.generate(prompts, options)).rejects.toMatchObject({
      code: 'rollout_failed',
      message: expect.stringMatching(/has the weights "default" and was given "model-1"/) as string,
    });
  });

  it('refuses a prompt that the server reads otherwise', async () => {
    const longer = { ...prompts[1]!, tokenIds: prompts[1]!.tokenIds.filter((_, index) => index !== 0) };
    const shrunk: Processor = {
      ...processor,
      tokenizer: { ...processor.tokenizer, decode: (ids, how) => processor.tokenizer.decode(ids, how).replace('3 + 4', '3 + 5') },
    };
    const settings = { url: server.url, processor: shrunk };
    if (protocol === 'vllm') {
      await expect(vllmRollouts(settings).generate([prompts[1]!], options)).rejects.toThrow(
        /reads a prompt otherwise than the trainer: token \d+ is \d+ there and \d+ here/,
      );
      await expect(connect().generate([longer], options)).rejects.toThrow(/not a chat that ends where the assistant goes on/);
      return;
    }
    // The server makes as many placeholders of one as the picture has visual tokens.
    const place = prompts[0]!.tokenIds.indexOf(processor.tokenizer.specialIds.imagePad);
    const fewer = { ...prompts[0]!, tokenIds: prompts[0]!.tokenIds.filter((_, index) => index !== place) };
    await expect(connect().generate([fewer], options)).rejects.toThrow(/it has \d+ tokens there and \d+ here/);
  });

  it('says what a server answered, and that it cannot be reached', async () => {
    const wrong = { url: `${server.url}/elsewhere`, processor };
    await expect((protocol === 'vllm' ? vllmRollouts(wrong) : sglangRollouts(wrong)).generate(prompts, options)).rejects.toMatchObject({
      code: 'rollout_failed',
      message: expect.stringMatching(/elsewhere\/.* answers 404: .*Not Found.*lacks a flag/) as string,
    });
    const nowhere = { url: 'http://127.0.0.1:9', processor, retries: 1, retryDelayMs: 1 };
    await expect((protocol === 'vllm' ? vllmRollouts(nowhere) : sglangRollouts(nowhere)).generate(prompts, options)).rejects.toThrow(
      /http:\/\/127\.0\.0\.1:9\/\S+ cannot be reached: .*Start the server, or correct its address/,
    );
  });
});

describe('sampleElsewhere', () => {
  let server: TestRolloutServer;
  beforeAll(async () => {
    server = await startRolloutServer({ protocol: 'sglang', modelFolder: NANO });
  });
  afterAll(() => server.close());

  it('samples from the weights as they are at the call, and hands them over once', { timeout: 60_000 }, async () => {
    const own = examples.engineOf(examples.model.parameters);
    const weights = join(folder, 'weights');
    const engine = sampleElsewhere(own, {
      rollouts: sglangRollouts({ url: server.url, processor }),
      folder: weights,
      modelFolder: NANO,
      name: 'test',
      sleepBetween: true,
    });
    const gap = async (groups: Awaited<ReturnType<Engine['generate']>>, against: Engine): Promise<number> =>
      samplerGap(against, { prompts, groups, temperature: 1 });
    expect(await gap(await engine.generate(prompts, options), trainer)).toBeLessThan(1e-3);
    // The restore comes after the call, and must not change what it samples from.
    const before = engine.generate(prompts, options);
    await engine.restore(snapshotOf(shaken(examples.model.parameters)));
    expect(await gap(await before, trainer)).toBeLessThan(1e-3);
    const after = await engine.generate(prompts, options);
    expect(await gap(after, trainer)).toBeGreaterThan(0.1);
    expect(await gap(after, updates[1]!.trainer)).toBeLessThan(1e-3);
    await engine.generate(prompts, options);
    const count = (call: string): number => server.calls.filter((made) => made === call).length;
    expect([
      count('POST /update_weights_from_disk'),
      count('POST /release_memory_occupation'),
      count('POST /resume_memory_occupation'),
    ]).toEqual([2, 4, 3]);
    await engine.close();
    expect(server.calls.at(-1)).toBe('POST /resume_memory_occupation');
    await expect(rm(join(weights, 'test-000001'), { recursive: true })).rejects.toThrow();
  });

  it('hands adapters over as adapters, and refuses kinds that the engine does not take', { timeout: 60_000 }, async () => {
    const adapter = createAdapter(examples.model.config, {
      rank: 2,
      alpha: 4,
      rankStabilized: true,
      targets: ['q_proj'],
      parts: ['llm'],
      seed: 1,
    });
    const own = examples.engineOf(new Map([...examples.model.parameters, ...adapter.parameters]));
    const settings = { folder: join(folder, 'weights'), modelFolder: NANO, name: 'lora' };
    const engine = sampleElsewhere(own, { ...settings, rollouts: sglangRollouts({ url: server.url, processor }) });
    await engine.generate(prompts, options);
    expect(server.calls).toContain('POST /load_lora_adapter');
    const fixed = { ...localRollouts(own), capabilities: { weights: [], survives: [], seeded: true, sleep: false, tools: false } };
    await expect(sampleElsewhere(own, { ...settings, rollouts: fixed }).generate(prompts, options)).rejects.toThrow(
      /local takes no weights of the kind "adapter"; it takes none/,
    );
  });

  it('refuses to go on with a response after the turn of a tool where the engine cannot, by its name', async () => {
    const settings = { folder: join(folder, 'weights'), modelFolder: NANO, name: 'tools' };
    const own = examples.engineOf(examples.model.parameters);
    const local = localRollouts(own);
    const rollouts = { ...local, name: 'mine', capabilities: { ...local.capabilities, tools: false } };
    await expect(sampleElsewhere(own, { ...settings, rollouts }).generate(continued, options)).rejects.toThrow(
      'mine cannot go on with a response after the turn of a tool',
    );
  });
});

describe('a response that goes on', () => {
  it('keeps its tokens on the server, draws other numbers at each place, and the same again', { timeout: 60_000 }, async () => {
    const server = await startRolloutServer({ protocol: 'vllm', modelFolder: NANO });
    const rollouts = vllmRollouts({ url: server.url, processor });
    const [prompt] = continued;
    const at = (response: number, drawn: number) => ({ ...prompt!, continues: { response, drawn, limit: 8 } });
    const asked = [at(0, 30), at(1, 30), at(0, 31), at(0, 30)];
    const responses = (await rollouts.generate(asked, { ...options, groupSize: 1 })).map(([first]) => first?.tokenIds.join(' '));
    expect(responses[3]).toBe(responses[0]);
    expect(new Set(responses).size).toBe(3);
    expect(new Set(server.calls)).toEqual(new Set(['GET /v1/models', 'POST /inference/v1/generate']));
    await server.close();
  });

  it('is refused by a server that tokenizes it again, and by one that does not say which tokens it read', { timeout: 60_000 }, async () => {
    const server = await startRolloutServer({ protocol: 'sglang', modelFolder: NANO, isOld: true });
    const rollouts = sglangRollouts({ url: server.url, processor });
    const ask = (prompt: GenerationPrompt | undefined) => rollouts.generate([prompt!], { ...options, groupSize: 1 });
    await expect(ask(continued[0])).rejects.toMatchObject({
      code: 'rollout_failed',
      message: expect.stringMatching(/reads a prompt otherwise than the trainer: it has \d+ tokens there and \d+ here/) as string,
    });
    await expect(ask(continued[1])).rejects.toMatchObject({
      code: 'rollout_failed',
      message: expect.stringMatching(/does not say which token ids it read.*Use SGLang 0\.5\.23 or newer/) as string,
    });
    // A prompt that begins a response is its text, which every version reads alike.
    await ask(prompts[0]);
    await server.close();
  });

  it('is refused where the server would enlarge the image of a tool', async () => {
    const small = examples.continuedWith({ width: 32, height: 32 });
    for (const rollouts of [
      vllmRollouts({ url: 'http://127.0.0.1:9', processor, model: 'served' }),
      sglangRollouts({ url: 'http://127.0.0.1:9', processor }),
    ])
      await expect(rollouts.generate([small], { ...options, groupSize: 1 })).rejects.toMatchObject({
        code: 'invalid_config',
        message: expect.stringMatching(/An image of 32x32 pixels is smaller than the 2304 of the model's min_pixels/) as string,
      });
  });
});
