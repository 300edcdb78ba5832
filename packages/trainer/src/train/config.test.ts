import { describe, expect, it } from 'vitest';
import { resolveTrainConfig } from './config.ts';

describe('resolveTrainConfig', () => {
  it('names the wrong field and what is allowed', () => {
    expect(() => resolveTrainConfig({ steps: 0 })).toThrow(/steps is 0; it must be >= 1/);
    expect(() => resolveTrainConfig({ steps: 1, learningrate: 1 })).toThrow(/learningrate/);
    expect(() => resolveTrainConfig({ steps: 1, promptsPerStep: 3, updatesPerStep: 2 })).toThrow(/does not divide/);
    expect(() => resolveTrainConfig({ steps: 1, overlongBuffer: 65 })).toThrow(/overlongBuffer is 65, more than maxNewTokens 64/);
    expect(() => resolveTrainConfig({ steps: 1, objective: { name: 'ppo' } })).toThrow(/no objective "ppo"; known are policy/);
    expect(() => resolveTrainConfig({ steps: 1, advantage: { name: 'gae' } })).toThrow(/no advantage estimator "gae"; known are/);
    expect(() => resolveTrainConfig({ steps: 1, objective: { name: 'policy', clipHihg: 1 } })).toThrow(/objective\.clipHihg/);
    expect(() => resolveTrainConfig({ steps: 1, advantage: { name: 'grpo', normalise: true } })).toThrow(/advantage\.normalise/);
    expect(() => resolveTrainConfig({ steps: 1, selection: { name: 'hardest' } })).toThrow(/no selector "hardest"; known are in-order/);
  });

  it.each([
    ['steps', [0, 1.5, '3'], [1]],
    ['promptsPerStep', [0, 1.5], [1]],
    ['groupSize', [1, 2.5], [2]],
    ['updatesPerStep', [0], [1]],
    ['maxNewTokens', [0], [1]],
    ['maxPromptTokens', [0], [1]],
    ['temperature', [0, -1], [0.01, 3]],
    ['topP', [0, 1.01], [0.01, 1]],
    ['topK', [-1, 0.5], [0, 5]],
    ['samplingRounds', [0], [1, 3]],
    ['staleness', [-1, 2, 0.5], [0, 1]],
    ['overlongBuffer', [-1, 0.5], [0, 64]],
    ['overlongPenalty', [-0.1], [0, 2]],
    ['learningRate', [0, -1e-4], [1e-9]],
    ['learningRateDecay', ['linear'], ['constant', 'cosine']],
    ['learningRateFloor', [-0.1, 1.1], [0, 1]],
    ['warmupSteps', [-1, 0.5], [0, 10]],
    ['beta1', [-0.1, 1], [0, 0.999]],
    ['beta2', [-0.1, 1], [0, 0.999]],
    ['weightDecay', [-0.1], [0, 0.1]],
    ['gradientClip', [0, -1], [0.1]],
    ['freeze', [['head'], ['vit', 'vit'], 'vit'], [[], ['vit', 'connector', 'llm']]],
    ['failureLimit', [-0.1, 1.1], [0, 1]],
    ['seed', [-1, 0.5, 2 ** 32], [0, 2 ** 32 - 1]],
  ])('%s refuses %j and takes %j', (name, refused, taken) => {
    for (const value of refused) expect(() => resolveTrainConfig({ steps: 1, [name]: value })).toThrow(name);
    for (const value of taken) expect(resolveTrainConfig({ steps: 1, [name]: value })).toMatchObject({ [name]: value });
  });

  it('has these defaults', () => {
    expect(resolveTrainConfig({ steps: 1 })).toMatchObject({
      promptsPerStep: 32,
      groupSize: 8,
      updatesPerStep: 1,
      maxNewTokens: 64,
      maxPromptTokens: 8192,
      temperature: 1,
      topP: 1,
      topK: 0,
      objective: { name: 'policy', clipLow: 0.2, clipHigh: 0.28 },
      selection: { name: 'in-order' },
      samplingRounds: 1,
      staleness: 0,
      overlongBuffer: 0,
      overlongPenalty: 1,
      advantage: { name: 'grpo' },
      learningRate: 1e-4,
      learningRateDecay: 'constant',
      learningRateFloor: 0.1,
      warmupSteps: 0,
      beta1: 0.9,
      beta2: 0.98,
      weightDecay: 0,
      gradientClip: 1,
      freeze: ['vit', 'connector'],
      failureLimit: 0.5,
      seed: 1,
    });
  });

  it('takes settings that fit together only just, and names those that do not', () => {
    expect(resolveTrainConfig({ steps: 1, overlongBuffer: 64, maxNewTokens: 64 })).toMatchObject({ overlongBuffer: 64 });
    expect(resolveTrainConfig({ steps: 1, promptsPerStep: 6, updatesPerStep: 3 })).toMatchObject({ updatesPerStep: 3 });
    expect(resolveTrainConfig({ steps: 1, staleness: 1, samplingRounds: 1 })).toMatchObject({ staleness: 1 });
    expect(resolveTrainConfig({ steps: 1, samplingRounds: 2 })).toMatchObject({ samplingRounds: 2 });
    expect(() => resolveTrainConfig({ steps: 1, staleness: 1, samplingRounds: 2 })).toThrow(/staleness is 1 and samplingRounds is 2/);
  });

  it('fills in the settings of tools, and refuses tools that are not there or cannot be kept for the next step', () => {
    const use = [{ name: 'image_zoom_in_tool', pixels: 6400 }];
    expect(resolveTrainConfig({ steps: 1, tools: { use } }).tools).toEqual({
      use: [{ name: 'image_zoom_in_tool', pixels: 6400, coordinates: 'pixel_resized', minSide: 8 }],
      maxTurns: 4,
      maxTokens: 4096,
      describe: true,
    });
    expect(resolveTrainConfig({ steps: 1 }).tools.use).toEqual([]);
    expect(() => resolveTrainConfig({ steps: 1, tools: { use: [{ name: 'zoom' }] } })).toThrow(
      /no tool "zoom"; known are image_zoom_in_tool/,
    );
    expect(() => resolveTrainConfig({ steps: 1, tools: { use: [{ ...use[0], pixel: 1 }] } })).toThrow(/tools\.use\.0\.pixel/);
    expect(() => resolveTrainConfig({ steps: 1, staleness: 1, tools: { use } })).toThrow(/staleness is 1 and there are tools/);
  });
});
