import { settings } from '@vtriune/format/settings';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { algorithms } from '../plugins.ts';
import { counterRandom } from '../counter-random.ts';
import type { CandidatePrompt, PromptSelector, SampledPrompt } from './selection.ts';

const selectors = algorithms().selectors;
const TASKS = ['easy', 'medium', 'hard'];
const candidates = Array.from({ length: 30 }, (_, i): CandidatePrompt => ({ id: String(i), source: TASKS[i % 3]!, task: TASKS[i % 3]! }));
function sampled(candidate: CandidatePrompt, rewards: readonly (number | null)[]): SampledPrompt {
  return {
    ...candidate,
    rollouts: rewards.map((reward) => ({ reward })),
  };
}
/** What a selector with settings keeps after a step in which the tasks had these rewards. */
function after(
  name: string,
  rewards: Readonly<Record<string, readonly (number | null)[]>>,
  own = {},
): { selector: PromptSelector; settings: unknown; state: unknown } {
  const selector = selectors.get(name)!;
  const parsed = settings(selector.settings).parse(own);
  const state = selector.observe(
    candidates.map((candidate) => sampled(candidate, rewards[candidate.task]!)),
    { settings: parsed },
  );
  return { selector, settings: parsed, state: state === undefined ? undefined : JSON.parse(JSON.stringify(state)) };
}
function countByTask(given: ReturnType<typeof after>, from: readonly CandidatePrompt[], seed = 1): Record<string, number> {
  const counts: Record<string, number> = { easy: 0, medium: 0, hard: 0 };
  const { selector, ...context } = given;
  for (const index of selector.choose(from, 10, { ...context, random: (i) => counterRandom(seed, i) })) counts[from[index]!.task]!++;
  return counts;
}
// Other samples of the same tasks, so that what is known of single samples does not count.
const fresh = candidates.map((candidate) => ({ ...candidate, id: `new-${candidate.id}` }));

describe('every selector', () => {
  it.each([...selectors.keys()])('%s takes as many as asked for, none twice, the same each time', (name) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 1000 }), (count, seed) => {
        const { selector, ...context } = after(name, { easy: [1, 1], medium: [0, 1], hard: [0, 0] });
        const choose = (): readonly number[] => selector.choose(candidates, count, { ...context, random: (i) => counterRandom(seed, i) });
        expect(choose()).toEqual(choose());
        expect(new Set(choose()).size).toBe(count);
        expect(choose().every((index) => index >= 0 && index < candidates.length)).toBe(true);
      }),
    );
  });

  it.each(['difficulty', 'worst-task'])('%s refuses the state of another', (name) => {
    const { selector, settings: own } = after(name, { easy: [1], medium: [1], hard: [1] });
    expect(() => selector.choose(candidates, 3, { settings: own, state: { step: 'x' }, random: () => 0.5 })).toThrow(/another selector/);
  });
});

describe('in-order', () => {
  it('takes the next ones', () => {
    expect(selectors.get('in-order')?.choose(candidates, 3, { settings: {}, random: () => 0 })).toEqual([0, 1, 2]);
  });
});

describe('difficulty', () => {
  it('prefers sources that are solved half of the time', () => {
    const known = after('difficulty', { easy: [1, 1], medium: [0, 1], hard: [0, 0] });
    const totals = { easy: 0, medium: 0, hard: 0 };
    for (let seed = 0; seed < 200; seed++) {
      const counts = countByTask(known, fresh, seed);
      for (const task of TASKS) totals[task as keyof typeof totals] += counts[task]!;
    }
    expect(totals.medium).toBeGreaterThan(1500);
    expect(totals.easy).toBeGreaterThan(20);
    expect(Math.abs(totals.easy - totals.hard)).toBeLessThan(100);
  });
  it('knows a sample better than its source', () => {
    const known = after('difficulty', { easy: [1, 1], medium: [1, 1], hard: [1, 1] });
    const [own] = candidates;
    const state = known.selector.observe([sampled(own!, [1, 0, 0, 0])], known);
    const chosen = known.selector.choose(candidates, 1, { ...known, state, random: () => 0.5 });
    expect(chosen).toEqual([0]);
  });
  it('draws evenly where nothing is known', () => {
    const counts = countByTask({ ...after('difficulty', { easy: [], medium: [], hard: [] }), state: undefined }, fresh);
    for (const task of TASKS) expect(counts[task]).toBeGreaterThan(0);
  });
});

describe('worst-task', () => {
  it('gives shares of exp(-reward / temperature)', () => {
    const known = after('worst-task', { easy: [1], medium: [0.5, null], hard: [0] }, { temperature: 0.5 });
    // e^0 : e^-1 : e^-2 of 10, rounded to whole prompts.
    expect(countByTask(known, fresh)).toEqual({ hard: 7, medium: 2, easy: 1 });
  });
  it('gives all tasks the same where they are equally good', () => {
    expect(countByTask(after('worst-task', { easy: [0.5], medium: [0.5], hard: [0.5] }), fresh)).toEqual({ easy: 4, medium: 3, hard: 3 });
  });
  it('fills up from others where the pool has too few of a task', () => {
    const few = fresh.filter(({ task }, index) => task !== 'hard' || index < 6);
    expect(countByTask(after('worst-task', { easy: [1], medium: [1], hard: [0] }, { temperature: 0.1 }), few)['hard']).toBe(2);
  });
});
