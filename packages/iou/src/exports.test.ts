import { expect, it } from 'vitest';

import * as surface from './index.ts';

it('exports these names', () => {
  expect(Object.keys(surface).sort()).toMatchInlineSnapshot(`
    [
      "COCO_AREA_RANGES",
      "COCO_IOU_THRESHOLDS",
      "COORDINATE_SPACES",
      "V_TRIUNE_SCHEDULE",
      "averagePrecisionOfSamples",
      "boxArea",
      "boxFromCxcywh",
      "boxFromXywh",
      "boxToCxcywh",
      "boxToXywh",
      "ciou",
      "clipBox",
      "convertSpace",
      "crowdIou",
      "diou",
      "evaluateCoco",
      "evaluateNmsAp",
      "flattenBoxes",
      "giou",
      "imageAveragePrecision",
      "intersectionArea",
      "iou",
      "iouReward",
      "isValidBox",
      "matchGreedy",
      "matchGreedyByThreshold",
      "matchOptimal",
      "nmsApDetections",
      "nonMaximumSuppression",
      "pairwiseIou",
      "pointInBox",
      "precisionRecallCurve",
      "scaleBox",
      "thresholdAt",
    ]
  `);
});
