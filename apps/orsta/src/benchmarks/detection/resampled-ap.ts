import { averagePrecisionOfSamples, nmsApDetections, type CocoDetection, type CocoGroundTruth } from '@vtriune/iou';
import { createRandom } from '../../suite/random.ts';

const SAMPLES = 1000;

/** A set of images with all answered boxes. */
export interface DetectionSet {
  readonly set: string;
  readonly truth: CocoGroundTruth;
  readonly detections: readonly CocoDetection[];
}

/** The AP, or the mean of several sets, of samples of the images with replacement. NMS looks at one image at a time, so that it comes first. */
export function resampledAp(sets: readonly DetectionSet[], { nms, seed }: { nms: boolean; seed: number }): number[] {
  const bySet = sets.map(({ set, truth, detections }) =>
    averagePrecisionOfSamples(
      truth,
      nms ? nmsApDetections(truth, detections) : detections,
      drawSamples(truth.images.length, `bootstrap ${String(seed)} ${set}`),
    ),
  );
  const means = Array.from({ length: SAMPLES }, (_, sample) => bySet.reduce((sum, own) => sum + own[sample]!, 0) / sets.length);
  return means.filter((own) => !Number.isNaN(own));
}

function* drawSamples(images: number, key: string): Generator<Int32Array> {
  const random = createRandom(key);
  const counts = new Int32Array(images);
  for (let sample = 0; sample < SAMPLES; sample++) {
    counts.fill(0);
    for (let draw = 0; draw < images; draw++) counts[Math.floor(random.next() * images)]! += 1;
    yield counts;
  }
}
