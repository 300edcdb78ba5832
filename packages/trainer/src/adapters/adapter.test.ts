// LoRA against PEFT: adapters that it wrote, their logits, merged logits and gradients; ours, read back, trained and resumed.
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixturePath, loadGolden, patchesFor, relativeDifference } from '../../test/fixtures/qwen2-5-vl/golden.ts';
import { selectBackend } from '../backend/select-backend.ts';
import { packRow } from '../data/packed-row.ts';
import type { Engine } from '../engines/engine.ts';
import { createLocalEngine } from '../engines/local-engine.ts';
import { loadModel } from '../models/qwen2-5-vl/load-model.ts';
import { forwardLogits } from '../models/qwen2-5-vl/model.ts';
import type { HostTensor } from '../models/host-tensor.ts';
import { readSafetensors, type StoredTensor } from '../safetensors/read-safetensors.ts';
import { TINY, tinyImage, tinyModel, tinyPrompt } from '../testing/tiny-model.ts';
import { adaptedModules, isAdapterParameter } from './adapter-names.ts';
import { readAdapter, writeAdapter } from './adapter-files.ts';
import { createAdapter } from './adapter.ts';
import { mergeAdapter } from './merge-adapter.ts';

const fixture = (path: string): string => fixturePath(`../adapters/${path}`);
let scratch = '';

beforeAll(async () => {
  await selectBackend({ prefer: ['cpu'] });
  scratch = await mkdtemp(join(tmpdir(), 'vtriune-adapters-'));
});
afterAll(() => rm(scratch, { recursive: true }));

/** The golden's batch through a model with some parameters; its gradient with respect to the adapter where asked for. */
async function run(
  parameters: ReadonlyMap<string, HostTensor>,
  withGradient = false,
): Promise<{ logits: Float32Array; gradients: Map<string, Float32Array> }> {
  const { config, inputs, weights: own } = await loadGolden('tied');
  tf.dispose([...own.values()]);
  const weights = new Map([...parameters].map(([name, { shape, data }]) => [name, tf.tensor(data.slice(), [...shape])]));
  const names = [...parameters.keys()].filter((name) => isAdapterParameter(name) && !name.endsWith('scaling'));
  const forward = (): tf.Tensor3D =>
    forwardLogits(
      { config, weights },
      {
        tokenIds: inputs.token_ids,
        attentionMask: inputs.attention_mask,
        patches: patchesFor(config.vision, inputs.grids),
        grids: inputs.grids,
      },
    );
  const gradients = new Map<string, Float32Array>();
  const logits = tf.tidy(() => forward().dataSync<'float32'>().slice());
  if (withGradient) {
    const trained = names.map((name) => weights.get(name)!);
    const { value, grads } = tf.engine().gradients(() => lossOf(forward(), inputs), trained, undefined, true);
    names.forEach((name, n) => gradients.set(name, grads[n]!.dataSync<'float32'>().slice()));
    tf.dispose([value, grads]);
  }
  tf.dispose([...weights.values()]);
  return { logits, gradients };
}

/** Mean negative log-probability of each next token that is no padding and follows none. */
function lossOf(logits: tf.Tensor3D, inputs: { token_ids: number[][]; attention_mask: number[][] }): tf.Scalar {
  const [batch, time, vocabulary] = logits.shape;
  const weight = inputs.attention_mask.map((row) => row.map((real, t) => (real === 1 && row[t + 1] === 1 ? 1 : 0)));
  const next = inputs.token_ids.flatMap((row) => [...row.slice(1), 0]);
  const count = weight.flat().reduce<number>((sum, value) => sum + value, 0);
  const chosen = tf.mul(tf.oneHot(tf.tensor1d(next, 'int32'), vocabulary), tf.tensor2d(weight.flat(), [batch * time, 1]));
  return tf.div(tf.neg(tf.sum(tf.mul(tf.logSoftmax(tf.reshape(logits, [batch * time, vocabulary])), chosen))), count);
}

async function largestDifference(actual: Float32Array, expected: StoredTensor): Promise<number> {
  const { inputs, weights } = await loadGolden('tied');
  tf.dispose([...weights.values()]);
  const width = expected.shape[2]!;
  let largest = 0;
  inputs.attention_mask.flat().forEach((real, row) => {
    for (let i = row * width; real === 1 && i < (row + 1) * width; i++)
      largest = Math.max(largest, Math.abs(actual[i]! - expected.data[i]!));
  });
  return largest;
}

describe.each(['language', 'everywhere'])("PEFT's adapter %s", (name) => {
  const load = async (): Promise<{ parameters: Map<string, HostTensor>; golden: Map<string, StoredTensor> }> => {
    const { config, parameters } = await loadModel(fixturePath('tied'));
    const adapter = await readAdapter(fixture(name), config);
    return { parameters: new Map([...parameters, ...adapter.parameters]), golden: await readSafetensors(fixture(`${name}.safetensors`)) };
  };

  it('gives its logits and its gradients', async () => {
    const { parameters, golden } = await load();
    const { logits, gradients } = await run(parameters, true);
    expect(await largestDifference(logits, golden.get('logits')!)).toBeLessThan(1e-4);
    expect(gradients.size).toBe([...golden.keys()].filter((key) => key.startsWith('gradient.')).length);
    for (const [key, gradient] of gradients) {
      const peft = `gradient.base_model.model.${key.startsWith('visual.') ? `model.${key}` : key.replace(/^model\./, 'model.language_model.')}`;
      expect(relativeDifference(gradient, golden.get(peft)!.data), key).toBeLessThan(1e-3);
    }
  });

  it('gives the same logits merged', async () => {
    const { parameters, golden } = await load();
    const merged = mergeAdapter(parameters);
    expect([...merged.keys()].some(isAdapterParameter)).toBe(false);
    expect(await largestDifference((await run(merged)).logits, golden.get('merged')!)).toBeLessThan(1e-4);
  });

  it('is the same after it was written and read', async () => {
    const { config } = await loadModel(fixturePath('tied'));
    const adapter = await readAdapter(fixture(name), config);
    await writeAdapter(join(scratch, name), adapter, 'tied');
    const again = await readAdapter(join(scratch, name), config);
    expect(again.rankStabilized).toBe(adapter.rankStabilized);
    expect(again.parameters).toEqual(adapter.parameters);
    const theirs = JSON.parse(await readFile(join(fixture(name), 'adapter_config.json'), 'utf8')) as Record<string, unknown>;
    const ours = JSON.parse(await readFile(join(scratch, name, 'adapter_config.json'), 'utf8')) as Record<string, unknown>;
    expect(ours['use_rslora']).toBe(theirs['use_rslora']);
    for (const key of Object.keys(ours)) expect(theirs).toHaveProperty(key);
  });
});

describe('an adapter that cannot be used', () => {
  const broken = async (change: (config: Record<string, unknown>) => void): Promise<string> => {
    const folder = await mkdtemp(join(scratch, 'broken-'));
    const config = JSON.parse(await readFile(join(fixture('language'), 'adapter_config.json'), 'utf8')) as Record<string, unknown>;
    change(config);
    await writeFile(join(folder, 'adapter_config.json'), JSON.stringify(config));
    await copyFile(join(fixture('language'), 'adapter_model.safetensors'), join(folder, 'adapter_model.safetensors'));
    return folder;
  };
  const read = async (folder: string): Promise<unknown> => readAdapter(folder, (await loadModel(fixturePath('tied'))).config);

  it.each([
    ['use_dora', true, /has use_dora: true, which is not computed/],
    ['bias', 'all', /has bias: "all"/],
    ['modules_to_save', ['lm_head'], /modules_to_save/],
    ['alpha_pattern', { '.*q_proj': 3 }, /only names of modules are read/],
    ['peft_type', 'LOHA', /peft_type/],
    ['r', 0, /adapter_config.json/],
  ])('says so: %s %j', async (key, value, message) => {
    await expect(read(await broken((config) => (config[key] = value)))).rejects.toThrow(message);
  });

  it('says so where there is none, or where it is of another model', async () => {
    await mkdir(join(scratch, 'empty'), { recursive: true });
    await expect(read(join(scratch, 'empty'))).rejects.toThrow(/has no adapter_config.json/);
    await expect(readAdapter(fixture('language'), (await loadModel(fixturePath('untied'))).config)).rejects.toThrow(/\[\d+, \d+\]/);
  });
});

describe('createAdapter', () => {
  const { config, parameters } = tinyModel();
  const row = packRow(
    tinyPrompt(1, { length: 3, image: tinyImage(1) }),
    [{ tokenIds: [9, 10, 11, 12], trainFrom: 0, advantage: 1 }],
    config,
  );
  const start = (adapter: ReadonlyMap<string, HostTensor>): Engine =>
    createLocalEngine({
      config,
      parameters: new Map([...parameters, ...adapter]),
      frozen: [],
      paddingTokenId: TINY.padding,
      tokensPerMicroBatch: 256,
    });
  const learn = (
    engine: Engine,
    objective: Parameters<Engine['update']>[0]['objective'] = { name: 'next-token' },
  ): ReturnType<Engine['update']> =>
    engine.update({
      rows: [row],
      objective,
      temperature: 1,
      normalizer: { tokens: 4, sequences: 1 },
      learningRate: 2e-2,
      gradientClip: 1,
      adamw: { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0 },
    });

  it('adapts what is named, and nothing in other parts', () => {
    const modules = (given: Parameters<typeof createAdapter>[1]): string[] =>
      adaptedModules(createAdapter(config, given).parameters.keys());
    expect(modules({})).toHaveLength(2 * 7);
    expect(modules({ targets: ['layers.1.self_attn.q_proj'] })).toEqual(['model.layers.1.self_attn.q_proj']);
    expect(modules({ targets: ['qkv', 'mlp.0'], parts: ['vit', 'connector'] })).toHaveLength(2 + 1);
    expect(() => createAdapter(config, { targets: ['qkv'] })).toThrow(/"qkv", which ends the name of no matrix of llm.*q_proj/);
    expect(() => createAdapter(config, { rank: 0 })).toThrow(/adapter\.rank is 0/);
  });

  it('scales by alpha over rank, or over its root', () => {
    const scaling = (given: Parameters<typeof createAdapter>[1]): number | undefined =>
      [...createAdapter(config, given).parameters].find(([name]) => name.endsWith('scaling'))?.[1].data[0];
    expect(scaling({ rank: 16, alpha: 8 })).toBe(0.5);
    expect(scaling({ rank: 16, alpha: 8, rankStabilized: true })).toBe(2);
  });

  it('changes nothing at first, then learns alone, with moments for itself only', async () => {
    const [plain, adapted] = [start(new Map()), start(createAdapter(config, { rank: 4 }).parameters)];
    expect(await adapted.scoreTargets([row], 1)).toEqual(await plain.scoreTargets([row], 1));
    const first = await learn(adapted);
    let last = first;
    for (let step = 0; step < 40; step++) last = await learn(adapted);
    expect(last.loss).toBeLessThan(first.loss - 0.3);
    const { parameters: after, moment1 } = await adapted.snapshot();
    for (const [name, { data }] of parameters) expect(after.get(name)?.data, name).toEqual(data);
    expect([...moment1.keys()].every((name) => /lora_[AB]/.test(name))).toBe(true);
    expect(moment1.size).toBe(2 * 14);
    const merged = start(new Map());
    await merged.restore({ ...(await merged.snapshot()), parameters: mergeAdapter(after) });
    const [[a], [b]] = [await merged.scoreTargets([row], 1), await adapted.scoreTargets([row], 1)];
    a?.forEach((value, n) => expect(value).toBeCloseTo(b?.[n] ?? Number.NaN, 4));
    await Promise.all([plain.close(), adapted.close(), merged.close()]);
  });

  it('has the base as its reference', async () => {
    const engine = start(createAdapter(config, { rank: 2 }).parameters);
    expect((await learn(engine, { name: 'policy', klCoefficient: 0.1 })).statistics['reference_kl']).toBeCloseTo(0, 6);
    expect((await learn(engine, { name: 'policy', klCoefficient: 0.1 })).statistics['reference_kl']).toBeGreaterThan(1e-5);
    await engine.close();
  });

  it('in a frozen part is not trained, and an engine with nothing to train says so', async () => {
    const given = new Map([...parameters, ...createAdapter(config, { rank: 2 }).parameters]);
    const engine = createLocalEngine({
      config,
      parameters: given,
      frozen: ['llm'],
      paddingTokenId: TINY.padding,
      tokensPerMicroBatch: 256,
    });
    await expect(learn(engine)).rejects.toThrow(/No parameter is trained/);
    await engine.close();
  });

  it('leaves no tensor behind', async () => {
    const engine = start(
      createAdapter(config, { rank: 2, parts: ['llm', 'vit', 'connector'], targets: ['q_proj', 'qkv', 'mlp.0'] }).parameters,
    );
    await learn(engine);
    const before = tf.memory().numTensors;
    await learn(engine);
    expect(tf.memory().numTensors).toBe(before);
    await engine.close();
  });
});
