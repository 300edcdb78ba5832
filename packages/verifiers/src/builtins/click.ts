import { at } from '@vtriune/format/at';
import { pointInBox, type Box } from '@vtriune/iou';
import { Type, type Static } from 'typebox';
import { locatePoint, PointFormat, type Point } from '../answer/point.ts';
import { defineVerifier } from '../define-verifier.ts';
import {
  checkTruthSpace,
  firstSpaces,
  inEachSpace,
  SPACE_METRICS,
  spaceConverter,
  spaceParameters,
  type SpaceParameters,
} from '../detection/coordinates.ts';
import { readTruthBoxes } from '../detection/truth.ts';
import { VerifierError } from '../errors.ts';
import type { VerifierInput, VerifierOutcome } from '../verifier.ts';

const ClickParameters = Type.Object({ ...spaceParameters, answer_format: Type.Optional(PointFormat) }, { additionalProperties: false });
type ClickParameters = Static<typeof ClickParameters>;

/** A point in one of the target boxes, edges included: where to click. */
export const click = defineVerifier({
  name: 'click',
  description: 'A point that must lie in the target box, or in one of several.',
  parameters: ClickParameters,
  metrics: ['answered', 'distance', ...SPACE_METRICS],
  groundTruth: readTargets,
  verify: (input) => inEachSpace(input.parameters, (spaces) => verifyClick(input, spaces)),
  gold: ({ groundTruth, parameters, images }) => {
    const [x1, y1, x2, y2] = at(groundTruth, 0);
    const center: Box = [(x1 + x2) / 2, (y1 + y2) / 2, (x1 + x2) / 2, (y1 + y2) / 2];
    const [x, y] = spaceConverter(firstSpaces(parameters), images).toResponse(center);
    return parameters.answer_format === 'answer_tag' ? `<answer>(${x}, ${y})</answer>` : `(${x}, ${y})`;
  },
});

function readTargets(raw: unknown): readonly Box[] {
  const boxes = readTruthBoxes(raw, 'click').map(({ box }) => box);
  if (boxes.length > 0) return boxes;
  throw new VerifierError(
    'invalid_ground_truth',
    'Ground truth of "click" has no box. Give the box, or the boxes, that may be clicked: [x1, y1, x2, y2].',
  );
}

function verifyClick(input: VerifierInput<readonly Box[], ClickParameters>, spaces: SpaceParameters): VerifierOutcome {
  const { response, groundTruth, parameters, images } = input;
  checkTruthSpace(groundTruth, spaces.coordinate_space, images);
  const { toTruth } = spaceConverter(spaces, images);
  const written = locatePoint(response, parameters.answer_format);
  if (written === undefined) return { accuracy: 0, format: 0, metrics: { answered: 0, distance: 1 } };
  const [x, y] = toTruth([written[0], written[1], written[0], written[1]]);
  const hit = groundTruth.some((box) => pointInBox([x, y], box));
  const distance = Math.min(...groundTruth.map((box) => relativeDistance([x, y], box)));
  return { accuracy: hit ? 1 : 0, format: 1, metrics: { answered: 1, distance } };
}

// Distance to the center in diagonals of the box, at most 1.
function relativeDistance([x, y]: Point, [x1, y1, x2, y2]: Box): number {
  const diagonal = Math.hypot(x2 - x1, y2 - y1);
  const distance = Math.hypot(x - (x1 + x2) / 2, y - (y1 + y2) / 2);
  return distance === 0 ? 0 : Math.min(1, distance / diagonal);
}
