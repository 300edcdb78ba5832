// Parity with the reference's DetectionVerifier: every number of every reward dictionary, to 1e-9.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { detection } from './detection.ts';

interface Goldens {
  readonly meta: { readonly ratios: Readonly<Record<string, Readonly<Record<string, number>>>> };
  readonly cases: readonly { readonly id: string; readonly prediction: string; readonly solution: string }[];
  readonly results: readonly {
    readonly case: number;
    readonly threshold: string;
    readonly step: number;
    readonly total_steps: number;
    readonly ratio: string;
    readonly format: number;
    readonly scores: Readonly<Record<string, number>>;
  }[];
}

const shared = new URL('../../../../../shared/reference-data/coco/vtriune-reward/detection_reward_goldens.json', import.meta.url);

/** The reference's names for our numbers. */
function referenceNames(components: Readonly<Record<string, number>>, metrics: Readonly<Record<string, number>>): Record<string, number> {
  const component = (name: string): number => components[name] ?? Number.NaN;
  const terms = { max_iou: 'iou_iou_first', max_label: 'iou_label_first' };
  const iouTerms = Object.entries(terms).flatMap(([theirs, ours]) => [
    [`pure_iou_score_${theirs}`, component(ours)],
    [`weighted_iou_score_${theirs}`, component(ours) * component('size_penalty')],
  ]);
  const mapTerms = ['map', 'map50', 'map75'].flatMap((name) => [
    [`pure_${name}_score`, component(name)],
    [`weighted_${name}_score`, component(name) * component('size_penalty')],
  ]);
  const reports = ['50', '75', '95', '99'].flatMap((at) =>
    [
      ['label', 'iou'],
      ['iou', 'iou_first'],
    ].flatMap(([theirs, ours]) => [
      [`report_iou_${at}_${theirs}_match_pure`, metrics[`${ours}_${at}_mean`]],
      [`report_iou_${at}_${theirs}_match_precision`, metrics[`${ours}_${at}_precision`]],
      [`report_iou_${at}_${theirs}_match_recall`, metrics[`${ours}_${at}_recall`]],
    ]),
  );
  return Object.fromEntries([['size_penalty', component('size_penalty')], ...iouTerms, ...mapTerms, ...reports]);
}

async function scoreReference(goldens: Goldens, result: Goldens['results'][number]) {
  const sample = goldens.cases[result.case];
  if (sample === undefined) throw new Error(`no case ${result.case}`);
  return detection.verify({
    response: sample.prediction,
    groundTruth: sample.solution,
    parameters: {
      compat: 'v-triune',
      iou_threshold: Number.isNaN(Number(result.threshold)) ? result.threshold : Number(result.threshold),
      det_reward_ratio: goldens.meta.ratios[result.ratio],
    },
    progress: { step: result.step, total_steps: result.total_steps },
    split: 'train',
    images: [],
  });
}

async function differences(goldens: Goldens): Promise<string[]> {
  const wrong: string[] = [];
  for (const [index, result] of goldens.results.entries()) {
    const { accuracy, format, components = {}, metrics = {} } = await scoreReference(goldens, result);
    const ours: Record<string, number> = { ...referenceNames(components, metrics), final_score: accuracy };
    if (format !== result.format) wrong.push(`${index} format ${format} instead of ${result.format}`);
    for (const [key, value] of Object.entries(result.scores)) {
      if (!(Math.abs((ours[key] ?? Number.NaN) - value) <= 1e-9)) wrong.push(`${index} ${key} ${ours[key]} instead of ${value}`);
    }
  }
  return wrong;
}

describe('detection with compat "v-triune"', () => {
  it("gives the reference's numbers on hand-written responses", async () => {
    const goldens: Goldens = JSON.parse(readFileSync(new URL('../../test/fixtures/detection-reward.json', import.meta.url), 'utf8'));
    expect(goldens.results.length).toBeGreaterThan(50);
    expect(await differences(goldens)).toEqual([]);
  });

  it.skipIf(!existsSync(shared))(
    'gives every number of all 1,100 reward dictionaries (skipped where ../shared/reference-data is absent)',
    { timeout: 120_000 },
    async () => {
      const goldens: Goldens = JSON.parse(readFileSync(shared, 'utf8'));
      expect(goldens.results).toHaveLength(1100);
      expect(await differences(goldens)).toEqual([]);
    },
  );
});
