import { describe, expect, it } from 'vitest';
import { resolveTrainConfig } from './config.ts';

describe('resolveTrainConfig', () => {
  it('names the wrong field and what is allowed', () => {
    expect(() => resolveTrainConfig({ steps: 0 })).toThrow(/steps is 0; it must be >= 1/);
    expect(() => resolveTrainConfig({ steps: 1, learningrate: 1 })).toThrow(/learningrate/);
    expect(() => resolveTrainConfig({ steps: 1, promptsPerStep: 3, updatesPerStep: 2 })).toThrow(/does not divide/);
    expect(() => resolveTrainConfig({ steps: 1, overlongBuffer: 65 })).toThrow(/overlongBuffer is 65, more than maxNewTokens 64/);
    expect(() => resolveTrainConfig({ steps: 1, selection: { name: 'hardest' } })).toThrow(/no selector "hardest"; known are in-order/);
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
