import { readFileSync } from 'node:fs';
import { boxFromXywh, type LabeledBox } from '@vtriune/iou';
import { describe, expect, it } from 'vitest';
import type { ScoredResult } from '../contract.ts';
import { score } from '../score.ts';
import { withoutRivals } from './rivals.ts';

/** `[category, x, y, width, height]`; see HOW.md beside the file. */
type Written = readonly [number, number, number, number, number];
interface Golden {
  readonly truth: readonly Written[];
  readonly answer: readonly Written[];
  readonly kept: readonly number[];
  readonly ap: readonly number[];
  readonly nms_ap: readonly number[];
}

const goldens = JSON.parse(readFileSync(new URL('../../test/fixtures/ovdeval/nms-ap.json', import.meta.url), 'utf8')) as readonly Golden[];

function labeled([category, x, y, width, height]: Written): LabeledBox {
  return { box: boxFromXywh([x, y, width, height]), label: `thing ${category}` };
}

function json(boxes: readonly Written[]): string {
  return JSON.stringify(boxes.map(labeled).map(({ box, label }) => ({ bbox_2d: box, label })));
}

/** AP, AP50 and AP75 that the verifier gives each golden. */
async function averagePrecisions(parameters: object): Promise<number[][]> {
  const requests = goldens.map(({ truth, answer }, index) => ({
    id: String(index),
    data_source: 'ovdeval',
    verifier: 'detection',
    ground_truth: json(truth),
    response: json(answer),
    verifier_parm: { iou_threshold: 0.5, det_reward_ratio: { map: 1 }, ...parameters },
  }));
  const results = (await score(requests)) as ScoredResult[];
  return results.map(({ components }) => ['map', 'map50', 'map75'].map((name) => components[name] ?? Number.NaN));
}

function difference(a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number {
  return Math.max(...a.flatMap((row, index) => row.map((value, column) => Math.abs(value - (b[index]?.[column] ?? Number.NaN)))));
}

describe("NMS-AP against OVDEval's own code", () => {
  it('keeps the same predictions', () => {
    for (const { truth, answer, kept } of goldens) {
      const predictions = answer.map(labeled);
      const left = withoutRivals(predictions, truth.map(labeled));
      expect(left.map((prediction) => predictions.indexOf(prediction))).toEqual(kept);
    }
  });

  it('pays the same, and so does plain AP without the parameter', async () => {
    expect(
      difference(
        await averagePrecisions({ label_suppression: true }),
        goldens.map((golden) => golden.nms_ap),
      ),
    ).toBeLessThan(1e-9);
    expect(
      difference(
        await averagePrecisions({}),
        goldens.map((golden) => golden.ap),
      ),
    ).toBeLessThan(1e-9);
    const changed = goldens.filter((golden) => golden.ap[0] !== golden.nms_ap[0]);
    expect(changed.length).toBeGreaterThan(100);
  });

  it('is no parameter of the reference', async () => {
    const request = { id: '1', data_source: 's', verifier: 'detection', ground_truth: json([[1, 0, 0, 9, 9]]), response: '[]' };
    const [result] = await score([{ ...request, verifier_parm: { compat: 'v-triune', label_suppression: true } }]);
    expect(result).toMatchObject({ status: 'failed', error: { code: 'invalid_parameters' } });
  });
});
