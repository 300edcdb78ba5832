import { describe, expect, it } from 'vitest';
import { PATIENCE_STEPS, watchSignal, type ImageFacts, type StepSignal } from './no-signal.ts';

const none: StepSignal = { differs: false, rollouts: 10, truncated: 0, rewarded: 0, failed: 0, boxes: 0, unpaidOverlaps: 0, repeated: 0 };

function adviceOf(signal: Partial<StepSignal>, facts: ImageFacts = { maxPixels: 100 }): string | undefined {
  const watch = watchSignal(facts);
  return Array.from({ length: PATIENCE_STEPS }, () => watch({ ...none, ...signal })).at(-1);
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

  it('says nothing before some steps have passed, and nothing where any group differed', () => {
    const watch = watchSignal({ maxPixels: 100 });
    for (let step = 1; step < PATIENCE_STEPS; step++) expect(watch(none)).toBeUndefined();
    expect(watch({ ...none, differs: true })).toBeUndefined();
    for (let step = 1; step < PATIENCE_STEPS; step++) expect(watch(none)).toBeUndefined();
    expect(watch(none)).toContain('nothing is learned');
  });

  it('gives each advice once', () => {
    const watch = watchSignal({ maxPixels: 100 });
    const said = Array.from({ length: 4 * PATIENCE_STEPS }, (_, step) =>
      watch({ ...none, truncated: step < 2 * PATIENCE_STEPS ? 10 : 0 }),
    ).filter((advice) => advice !== undefined);
    expect(said).toHaveLength(2);
  });
});
