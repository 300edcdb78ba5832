// Calls of the COCO evaluation that public bug reports are about. The file has each call and often its expectation as an expression; both are
// evaluated with the functions below in scope. Broken inputs have a name in the file, and are made here.
import { runInNewContext } from 'node:vm';
import {
  boxFromXywh,
  evaluateCoco,
  giou,
  imageAveragePrecision,
  iou,
  type CocoBox,
  type CocoDetection,
  type CocoGroundTruth,
} from '@vtriune/iou';
import { describe, expect, it } from 'vitest';
import { absent, note, reportedCases } from '../test/reported.ts';

function truth(...boxes: CocoBox[]): CocoGroundTruth {
  return {
    images: [{ id: 1 }],
    categories: [{ id: 1 }],
    annotations: boxes.map((bbox, index) => ({ id: index + 1, image_id: 1, category_id: 1, bbox })),
  };
}

const scope = {
  evaluateCoco,
  imageAveragePrecision,
  boxFromXywh,
  iou,
  giou,
  /** So many images, with ids from 1. */
  im: (count: number) => Array.from({ length: count }, (_, index) => ({ id: index + 1 })),
  r3: (values: readonly number[]) => [...values].map((value) => Math.round(value * 1000) / 1000),
  /** Boxes that overlap, so that the order of equal scores decides who is matched. */
  g678: truth([0, 0, 10, 10], [4, 0, 10, 10]),
  p678: [
    [2, 0, 10, 10],
    [0, 0, 10, 10],
    [6, 0, 10, 10],
  ],
};

const good = truth([0, 0, 10, 10]);
const found = { image_id: 1, category_id: 1, bbox: [0, 0, 10, 10], score: 0.9 };
const [annotation] = good.annotations;

/** Name of a broken input -> ground truth and detections. */
const BROKEN: Readonly<Record<string, readonly [unknown, unknown]>> = {
  'no images': [{ ...good, images: undefined }, [found]],
  'no annotations': [{ ...good, annotations: undefined }, [found]],
  'no categories': [{ ...good, categories: undefined }, [found]],
  'gt bbox null': [{ ...good, annotations: [{ ...annotation, bbox: null }] }, [found]],
  'dt no bbox': [good, [{ image_id: 1, category_id: 1, score: 0.9 }]],
  'dt whole COCO object': [good, good],
  'dt null': [good, null],
  'gt negative width': [{ ...good, annotations: [{ ...annotation, bbox: [10, 10, -5, 5] }] }, [found]],
  'dt negative width': [good, [{ ...found, bbox: [10, 10, -5, 5] }]],
  'dt unknown category': [good, [{ ...found, category_id: 7 }]],
  'dt category "1" as text': [good, [{ ...found, category_id: '1' }]],
  'gt unknown image': [{ ...good, annotations: [{ ...annotation, image_id: 9 }] }, [found]],
  'gt unknown category': [{ ...good, annotations: [{ ...annotation, category_id: 9 }] }, [found]],
};

/** Evaluates an expression of the file. */
function evaluated(expression: string): unknown {
  return runInNewContext(`(${expression})`, scope, { timeout: 5_000 });
}

function outcomeOf(call: string): unknown {
  try {
    // Sums such as 0.9999999999999998 are 1.
    return JSON.parse(
      JSON.stringify((evaluated(call) as () => unknown)(), (_, value: unknown) =>
        typeof value === 'number' ? Number(value.toFixed(12)) : value,
      ),
    );
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

const cases = reportedCases('iou').map(({ id, request, expected }) => ({ id, request: String(request), expected }));
const calls = cases.filter(({ request }) => request.startsWith('()'));
const broken = cases.filter(({ request }) => !request.startsWith('()'));

describe.skipIf(absent)(`reported calls of the COCO evaluation${note}`, () => {
  it.each(calls)('$id: $expected', ({ request, expected }) => {
    const outcome = outcomeOf(request);
    const right =
      typeof expected === 'string'
        ? Boolean((evaluated(expected) as (given: unknown) => unknown)(outcome))
        : JSON.stringify(outcome) === JSON.stringify(expected);
    expect({ right, outcome }).toEqual({ right: true, outcome });
  });

  it.each(broken)('$request: a RangeError that says what to do', ({ request }) => {
    const input = BROKEN[request];
    if (input === undefined) throw new Error(`No input is made for "${request}". Add it to BROKEN.`);
    const call = (): unknown => evaluateCoco(input[0] as CocoGroundTruth, input[1] as CocoDetection[]);
    expect(call).toThrow(RangeError);
    expect(call).toThrow(/\. \S.*/);
  });
});
