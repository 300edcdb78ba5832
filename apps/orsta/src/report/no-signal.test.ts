import { describe, expect, it } from 'vitest';
import { watchSignal, type ImageFacts, type StepSignal } from './no-signal.ts';

const none: StepSignal = { rollouts: 10, truncated: 0, rewarded: 0, failed: 0, boxes: 0, unpaidOverlaps: 0, repeated: 0 };

function adviceOf(signal: Partial<StepSignal>, facts: ImageFacts = { maxPixels: 100 }): string | undefined {
  const watch = watchSignal(facts);
  watch.add({ ...none, ...signal });
  return watch.remedy();
}

describe('watchSignal', () => {
  it.each<[string, Partial<StepSignal>, string, ImageFacts?]>([
    ['all responses cut', { truncated: 10 }, 'trainer.maxNewTokens'],
    ['a threshold above all overlaps', { boxes: 10, unpaidOverlaps: 3 }, 'reward.iouSchedule'],
    ['images larger than the base has seen', {}, 'data.maxPixels', { maxPixels: 36_864, trainedPixels: 9216 }],
    ['one response again and again', { repeated: 10 }, 'trainer.temperature'],
    ['nothing but right answers', { rewarded: 10 }, 'harder samples'],
    ['no score at all', { failed: 10 }, 'orsta data validate'],
    ['nothing of these', {}, 'trainer.groupSize'],
  ])('names the setting to change: %s', (_case, signal, setting, facts) => {
    expect(adviceOf(signal, facts)).toContain(setting);
  });

  it('says nothing before the first step, and looks at the last five', () => {
    const watch = watchSignal({ maxPixels: 100 });
    expect(watch.remedy()).toBeUndefined();
    for (let step = 0; step < 5; step++) watch.add({ ...none, truncated: 10 });
    expect(watch.remedy()).toContain('trainer.maxNewTokens');
    for (let step = 0; step < 5; step++) watch.add({ ...none, rewarded: 10 });
    expect(watch.remedy()).toContain('harder samples');
  });
});
