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
});
