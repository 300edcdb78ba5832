import { splitOf } from '../aggregate.ts';
import { ALL_SOURCES, type RolloutRecord } from '../record.ts';
import { drawBoxes } from './draw-boxes.ts';
import { histogramOf } from './histogram.ts';
import type { SummaryValue } from './tensorboard-event.ts';

/** What TensorBoard is shown of the rollouts of one step and split. */
export interface StepValues {
  readonly split: string;
  readonly step: number;
  readonly values: readonly SummaryValue[];
}

interface Shown {
  readonly perSource: number;
  readonly imageFolder: string | undefined;
}

const MAX_TEXT = 4_000;

/** Histograms of rewards and lengths for each source and for `all`, and the first rollouts of each source as texts and images. */
export function rolloutValues(rollouts: readonly RolloutRecord[], shown: Shown): StepValues[] {
  const steps = groupBy(rollouts, (rollout) => `${rollout.step} ${splitOf(rollout)}`);
  return [...steps.values()].flatMap((members) => {
    const [first] = members;
    if (first === undefined) return [];
    const sources = [...groupBy(members, ({ source }) => source)];
    const values = [
      ...distributions(ALL_SOURCES, members),
      ...sources.flatMap(([source, own]) => [...distributions(source, own), ...samples(source, own.slice(0, shown.perSource), shown)]),
    ];
    return [{ split: splitOf(first), step: first.step, values }];
  });
}

function distributions(source: string, rollouts: readonly RolloutRecord[]): SummaryValue[] {
  const rewards = rollouts.flatMap(({ result }) => (result.status === 'scored' ? [result.reward] : []));
  const lengths = rollouts.flatMap(({ response_tokens: tokens }) => (tokens === undefined ? [] : [tokens]));
  return Object.entries({ reward: rewards, length: lengths }).flatMap(([name, numbers]): SummaryValue[] => {
    const histogram = histogramOf(numbers);
    return histogram === undefined ? [] : [{ tag: `${name}/distribution/${source}`, kind: 'histogram', histogram }];
  });
}

function samples(source: string, rollouts: readonly RolloutRecord[], { imageFolder }: Shown): SummaryValue[] {
  return rollouts.flatMap((rollout, place): SummaryValue[] => {
    const tag = `rollout/${source}/${place + 1}`;
    const text: SummaryValue = { tag, kind: 'text', text: describe(rollout) };
    const image = imageFolder === undefined ? undefined : drawBoxes(rollout, imageFolder);
    return image === undefined ? [text] : [text, { tag: `${tag}/image`, kind: 'image', image }];
  });
}

/** Indented lines are code to Markdown: what a model wrote is shown as it is. */
function describe({ sample, prompt, response, advantage, result }: RolloutRecord): string {
  const score = result.status === 'scored' ? `reward ${result.reward}` : `failed: ${result.error.code}`;
  const parts = [score, ...(advantage === undefined ? [] : [`advantage ${advantage}`]), `sample ${sample}`, '', prompt, '', response];
  return parts
    .join('\n')
    .slice(0, MAX_TEXT)
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
