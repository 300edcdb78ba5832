import { defineVerifier, VerifierError, type VerifierInput, type VerifierOutcome } from '@vtriune/verifiers';
import { Type, type Static } from 'typebox';
import { polygonIou } from './polygon-iou.ts';
import { findPolygons, readPolygons, type LabeledPolygon } from './read-polygons.ts';

const PolygonParameters = Type.Object(
  {
    minimum_iou: Type.Optional(
      Type.Number({ minimum: 0, maximum: 1, description: 'a polygon earns its IoU from here on, nothing below; 0.5 when absent' }),
    ),
    label_match: Type.Optional(
      Type.Union([Type.Literal('exact'), Type.Literal('ignore')], {
        description: 'whether a label must be equal, but for case; exact when absent',
      }),
    ),
  },
  { additionalProperties: false },
);
type PolygonParameters = Static<typeof PolygonParameters>;
type PolygonInput = VerifierInput<readonly LabeledPolygon[], PolygonParameters>;

/** Outlines of objects against the true ones, matched one to one; too many are as bad as too few. */
export const polygon = defineVerifier({
  name: 'polygon',
  description: 'Polygons of a segmentation: IoU above a threshold, matched one to one by label.',
  parameters: PolygonParameters,
  metrics: ['mean_iou', 'matched', 'predicted_polygons', 'true_polygons', 'malformed_polygons'],
  groundTruth: readTruth,
  verify: verifyPolygons,
  gold: ({ groundTruth }) => JSON.stringify(groundTruth),
});

function verifyPolygons({ response, groundTruth, parameters }: PolygonInput): VerifierOutcome {
  const { minimum_iou: minimum = 0.5, label_match: labels = 'exact' } = parameters;
  const { items, malformed } = findPolygons(response);
  const overlaps = matchedOverlaps(items, groundTruth, labels);
  const paid = overlaps.filter((overlap) => overlap >= minimum);
  const predicted = items.length + malformed;
  return {
    accuracy: sum(paid) / Math.max(predicted, groundTruth.length),
    format: items.length > 0 && malformed === 0 ? 1 : 0,
    metrics: {
      mean_iou: sum(overlaps) / groundTruth.length,
      matched: paid.length,
      predicted_polygons: predicted,
      true_polygons: groundTruth.length,
      malformed_polygons: malformed,
    },
  };
}

/** IoU of each pair that belongs together: the best first, each polygon once. */
function matchedOverlaps(found: readonly LabeledPolygon[], truths: readonly LabeledPolygon[], labels: 'exact' | 'ignore'): number[] {
  const pairs = found
    .flatMap((item) => truths.map((truth) => ({ item, truth })))
    .filter(({ item, truth }) => labels === 'ignore' || item.label === truth.label)
    .map((pair) => ({ ...pair, overlap: polygonIou(pair.item.polygon, pair.truth.polygon) }))
    .filter(({ overlap }) => overlap > 0)
    .sort((a, b) => b.overlap - a.overlap);
  const taken = new Set<LabeledPolygon>();
  return pairs.flatMap(({ item, truth, overlap }) => {
    if (taken.has(item) || taken.has(truth)) return [];
    taken.add(item).add(truth);
    return [overlap];
  });
}

function readTruth(raw: unknown): readonly LabeledPolygon[] {
  const { items, malformed } = typeof raw === 'string' ? findPolygons(raw) : readPolygons(raw);
  if (items.length > 0 && malformed === 0) return items;
  const message = `Ground truth of "polygon" is ${JSON.stringify(raw)?.slice(0, 200)}. It must be [{"polygon": [[x, y], ...], "label": "..."}] with three corners or more each, 512 in all, and no edges that cross.`;
  throw new VerifierError('invalid_ground_truth', message);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
