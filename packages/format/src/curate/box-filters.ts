// Filters of detection and grounding: what a model can write out, and what cannot be won by naming the whole image.
import { at } from '../at.ts';
import { asksForBoxes, boxShares, boxesOf } from './boxes-of.ts';
import type { CurateItem, Filter } from './filter.ts';
import { createQuota } from './quota.ts';

/** Takes out samples with more boxes of one category. */
export function boxCount({ maxPerCategory }: { readonly maxPerCategory: number }): Filter {
  return {
    name: 'boxCount',
    reason: ({ sample }) => {
      if (!asksForBoxes(sample)) return undefined;
      const counts = new Map<string, number>();
      for (const { label } of boxesOf(sample)) counts.set(label, (counts.get(label) ?? 0) + 1);
      return [...counts.values()].some((count) => count > maxPerCategory) ? `over ${maxPerCategory} boxes of a category` : undefined;
    },
  };
}

/** Takes out samples with a box that covers more of its image. */
export function boxArea({ maxShare }: { readonly maxShare: number }): Filter {
  return {
    name: 'boxArea',
    reason: (item) => {
      if (!asksForBoxes(item.sample) || boxesOf(item.sample).length === 0) return undefined;
      const shares = boxShares(item);
      if (shares === undefined) return 'the share of the image is unknown: no coordinate_space or size';
      return shares.some((share) => share > maxShare) ? `a box over ${Math.round(maxShare * 100)} % of the image` : undefined;
    },
  };
}

/** Keeps detection samples with one box and with several at this ratio, as many as there are for it. */
export function singleToMulti({ single, multi }: { readonly single: number; readonly multi: number }, seed: number): Filter {
  const kindOf = ({ sample }: CurateItem): string | undefined => {
    if (sample.reward_model.verifier !== 'detection') return undefined;
    const boxes = boxesOf(sample).length;
    return boxes === 0 ? undefined : boxes === 1 ? 'one box' : 'several boxes';
  };
  const quota = createQuota(`singleToMulti ${seed}`, (counts) => {
    const [ones, several] = [counts.get('one box'), counts.get('several boxes')];
    if (ones === undefined || several === undefined) return new Map();
    const units = Math.min(ones / single, several / multi);
    return new Map([
      ['one box', Math.floor(units * single)],
      ['several boxes', Math.floor(units * multi)],
    ]);
  });
  return {
    name: 'singleToMulti',
    count: (item) => quota.count(kindOf(item), item.sample.extra_info.id),
    reason: (item) => {
      const kind = kindOf(item);
      return quota.keeps(kind, item.sample.extra_info.id) ? undefined : `too many with ${String(kind)}`;
    },
  };
}

/** Takes out detection and grounding samples of categories that have fewer samples. */
export function tail({ minPerCategory }: { readonly minPerCategory: number }): Filter {
  const counts = new Map<string, number>();
  const labelsOf = ({ sample }: CurateItem): string[] =>
    sample.reward_model.verifier === 'detection' ? [...new Set(boxesOf(sample).map(({ label }) => label))] : [];
  return {
    name: 'tail',
    count: (item) => {
      for (const label of labelsOf(item)) counts.set(label, (counts.get(label) ?? 0) + 1);
    },
    reason: (item) => {
      const rare = labelsOf(item).filter((label) => Number(counts.get(label)) < minPerCategory);
      return rare.length > 0 && at(rare, 0) !== '' ? `a category with under ${minPerCategory} samples` : undefined;
    },
  };
}

/** Keeps at most so many counting samples for each answer; the median of the answers where no number is given. */
export function countingBalance({ maxPerCount }: { readonly maxPerCount?: number }, seed: number): Filter {
  const answerOf = ({ sample }: CurateItem): string | undefined =>
    sample.reward_model.verifier === 'counting' ? String(sample.reward_model.ground_truth) : undefined;
  const quota = createQuota(`countingBalance ${seed}`, (counts) => {
    const sizes = [...counts.values()].sort((a, b) => a - b);
    const limit = maxPerCount ?? (sizes.length === 0 ? 0 : at(sizes, Math.floor((sizes.length - 1) / 2)));
    return new Map([...counts].map(([answer, count]) => [answer, Math.min(count, limit)]));
  });
  return {
    name: 'countingBalance',
    count: (item) => quota.count(answerOf(item), item.sample.extra_info.id),
    reason: (item) => {
      const answer = answerOf(item);
      return quota.keeps(answer, item.sample.extra_info.id) ? undefined : `too many with the answer ${String(answer)}`;
    },
  };
}
