/**
 * Which space the coordinates of ground truth and response are in. Spaces are declared and never guessed: a ground truth that
 * does not fit its declared space, or a conversion without the sizes it needs, is a failure that says what to declare. The
 * only guess is a metric, which tells when the boxes would fit in another space.
 */
import { COORDINATE_SPACES, convertSpace, iou, type Box, type CoordinateSpace, type ImageSize as IouImageSize } from '@vtriune/iou';
import { Type } from 'typebox';
import type { ImageSize } from '../contract.ts';
import { VerifierError } from '../errors.ts';
import type { VerifierOutcome } from '../verifier.ts';

const Space = Type.Unsafe<CoordinateSpace>(Type.Enum([...COORDINATE_SPACES]));

/** The parameters by which a box or point verifier is told its spaces. */
export const spaceParameters = {
  coordinate_space: Type.Optional(
    Type.Unsafe<CoordinateSpace>({ ...Space, description: 'space of the ground truth; when absent nothing is checked or converted' }),
  ),
  response_space: Type.Optional(
    Type.Union([Space, Type.Array(Space, { minItems: 1, maxItems: COORDINATE_SPACES.length })], {
      description: 'space the response is asked to use, or several of which the best is paid; coordinate_space when absent',
    }),
  ),
};

/** What a verifier is told of its spaces. */
export interface DeclaredSpaces {
  readonly coordinate_space?: CoordinateSpace;
  readonly response_space?: CoordinateSpace | readonly CoordinateSpace[];
}

/** The metrics of `inEachSpace`. */
export const SPACE_METRICS: readonly string[] = COORDINATE_SPACES.map((space) => `accuracy_${space}`);

/**
 * Scores a response in its declared space, or in each of several: the best counts, the first of equal ones, and the accuracy in each is a
 * metric (0 in the spaces that are not declared).
 */
export function inEachSpace(declared: DeclaredSpaces, verifyIn: (spaces: SpaceParameters) => VerifierOutcome): VerifierOutcome {
  const { coordinate_space: truth, response_space: response = truth } = declared;
  const spaces = response === undefined || typeof response === 'string' ? [response] : response;
  const outcomes = spaces.map((space) => ({ space, outcome: verifyIn(onlyDeclared(truth, space)) }));
  const best = outcomes.reduce((most, one) => (one.outcome.accuracy > most.outcome.accuracy ? one : most));
  const accuracies = COORDINATE_SPACES.map((space) => {
    const scored = outcomes.find((one) => one.space === space);
    return [`accuracy_${space}`, scored === undefined ? 0 : scored.outcome.accuracy] as const;
  });
  return { ...best.outcome, metrics: { ...best.outcome.metrics, ...Object.fromEntries(accuracies) } };
}

/** The first declared pair of spaces: what a perfect model answers in. */
export function firstSpaces({ coordinate_space: truth, response_space: response }: DeclaredSpaces): SpaceParameters {
  return onlyDeclared(truth, typeof response === 'object' ? response[0] : response);
}

function onlyDeclared(truth: CoordinateSpace | undefined, response: CoordinateSpace | undefined): SpaceParameters {
  return { ...(truth === undefined ? {} : { coordinate_space: truth }), ...(response === undefined ? {} : { response_space: response }) };
}

/** One pair of spaces; both may be absent. */
export interface SpaceParameters {
  readonly coordinate_space?: CoordinateSpace;
  readonly response_space?: CoordinateSpace;
}

/** Converts boxes between the two declared spaces, with the size of the first image. */
export interface SpaceConverter {
  readonly toTruth: (box: Box) => Box;
  readonly toResponse: (box: Box) => Box;
}

function identity(box: Box): Box {
  return box;
}
const UNCHANGED: SpaceConverter = { toTruth: identity, toResponse: identity };

/**
 * Conversion between the response's and the ground truth's space.
 *
 * @throws VerifierError `invalid_parameters` when a response space comes without a coordinate space, `invalid_request` when `images` lacks a size.
 */
export function spaceConverter(parameters: SpaceParameters, images: readonly ImageSize[]): SpaceConverter {
  const { coordinate_space: truth, response_space: response = truth } = parameters;
  if (truth === response || response === undefined) return UNCHANGED;
  if (truth === undefined) {
    const message = `response_space is ${response}, but coordinate_space, the space of the ground truth, is not declared. Declare both, or neither.`;
    throw new VerifierError('invalid_parameters', message);
  }
  const size = sizeOf(images);
  const converter = {
    toTruth: (box: Box) => convertSpace(box, { from: response, to: truth, size }),
    toResponse: (box: Box) => convertSpace(box, { from: truth, to: response, size }),
  };
  try {
    converter.toTruth([0, 0, 1, 1]);
    return converter;
  } catch (cause) {
    const message = `The response is in ${response} and the ground truth in ${truth}; converting needs the size of the image, and the request says ${JSON.stringify(images[0] ?? null)}. Send images[0] with width and height, and resized_width and resized_height for pixel_resized.`;
    throw new VerifierError('invalid_request', message, { cause });
  }
}

function sizeOf(images: readonly ImageSize[]): IouImageSize {
  const [image] = images;
  if (image === undefined) return {};
  const { width, height, resized_width: resizedWidth, resized_height: resizedHeight } = image;
  return {
    width,
    height,
    ...(resizedWidth === undefined ? {} : { resizedWidth }),
    ...(resizedHeight === undefined ? {} : { resizedHeight }),
  };
}

/** Rounding of data may put an edge slightly outside of the image. */
const SLACK = 1.01;

/**
 * Refuses ground truth boxes that cannot be in the space they are declared in.
 *
 * @throws VerifierError `invalid_ground_truth`, with the box and the extent of the space.
 */
export function checkTruthSpace(boxes: readonly Box[], space: CoordinateSpace | undefined, images: readonly ImageSize[]): void {
  const extent = space === undefined ? undefined : extentOf(space, images);
  if (extent === undefined) return;
  const outside = boxes.find(
    ([x1, y1, x2, y2]) => Math.min(x1, y1) < -0.01 * extent.width || x2 > extent.width * SLACK || y2 > extent.height * SLACK,
  );
  if (outside !== undefined) {
    const message = `Ground truth box [${outside.join(', ')}] lies outside of ${space} (0..${extent.width} x 0..${extent.height}). Declare the space the boxes are in as coordinate_space: ${COORDINATE_SPACES.join(', ')}.`;
    throw new VerifierError('invalid_ground_truth', message);
  }
  if (space === 'norm_1000' && boxes.length > 0 && boxes.every((box) => Math.max(...box) <= 1)) {
    const message = `Every ground truth coordinate is at most 1, yet they are declared as norm_1000, first [${boxes[0]?.join(', ')}]. Declare norm_1 if they are fractions of the image.`;
    throw new VerifierError('invalid_ground_truth', message);
  }
}

function extentOf(space: CoordinateSpace, images: readonly ImageSize[]): { width: number; height: number } | undefined {
  if (space === 'norm_1') return { width: 1, height: 1 };
  if (space === 'norm_1000') return { width: 1000, height: 1000 };
  const { width, height, resizedWidth, resizedHeight } = sizeOf(images);
  const known = space === 'pixel_original' ? { width, height } : { width: resizedWidth, height: resizedHeight };
  return known.width === undefined || known.height === undefined ? undefined : { width: known.width, height: known.height };
}

const MAX_COMPARED = 64;

/**
 * Whether the boxes as written would overlap the ground truth by more than 0.5 on average if they were in another space, while
 * they do not in the declared one: the sign of a wrong declaration, or of a model that answers in another space.
 */
export function fitsAnotherSpace(job: {
  readonly written: readonly Box[];
  readonly converted: readonly Box[];
  readonly truths: readonly Box[];
  readonly truthSpace: CoordinateSpace | undefined;
  readonly images: readonly ImageSize[];
}): boolean {
  const written = job.written.slice(0, MAX_COMPARED);
  const truths = job.truths.slice(0, MAX_COMPARED);
  if (written.length === 0 || meanBestIou(job.converted.slice(0, MAX_COMPARED), truths) > 0.5) return false;
  const targets = job.truthSpace === undefined ? COORDINATE_SPACES : [job.truthSpace];
  return targets.some((to) =>
    COORDINATE_SPACES.some((from) => from !== to && meanBestIou(tryConvert(written, from, { to, images: job.images }), truths) > 0.5),
  );
}

function tryConvert(
  boxes: readonly Box[],
  from: CoordinateSpace,
  target: { to: CoordinateSpace; images: readonly ImageSize[] },
): readonly Box[] {
  const known = [from, target.to].every((space) => extentOf(space, target.images) !== undefined);
  return known ? boxes.map((box) => convertSpace(box, { from, to: target.to, size: sizeOf(target.images) })) : [];
}

function meanBestIou(boxes: readonly Box[], truths: readonly Box[]): number {
  if (boxes.length === 0 || truths.length === 0) return 0;
  let sum = 0;
  for (const truth of truths) {
    let best = 0;
    for (const box of boxes) best = Math.max(best, iou(box, truth));
    sum += best;
  }
  return sum / truths.length;
}
