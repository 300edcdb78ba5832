/**
 * Puts right what a rule can put right in a record: image marks that are missing, corners that are swapped, boxes that go a little beyond the image.
 * Nothing is guessed: an answer, a label or a space is never changed.
 */
import { countImageMarks, FormatError, IMAGE_MARK, parseSample, type DataRecord, type Sample } from '@vtriune/format';
import type { ImageSize } from '@vtriune/verifiers';

/** A sample with what was changed, in words. */
export interface MendedSample {
  readonly sample: Sample;
  readonly changes: readonly string[];
}

/** The record with everything mended that can be. Throws what makes it unreadable. */
export async function mendRecord(record: DataRecord, sizesOf: (sample: Sample) => Promise<readonly ImageSize[]>): Promise<MendedSample> {
  const changes: string[] = [];
  const sample = readSample(record, changes);
  const { coordinate_space, ground_truth } = sample.reward_model;
  if (coordinate_space === undefined || coordinate_space === 'pixel_resized') return { sample, changes };
  const [size, ...others] = await sizesOf(sample);
  if (size === undefined || others.length > 0) return { sample, changes };
  const limits = { pixel_original: [size.width, size.height], norm_1000: [1000, 1000], norm_1: [1, 1] }[coordinate_space] as [
    number,
    number,
  ];
  const asText = typeof ground_truth === 'string';
  const truth: unknown = asText ? parsed(ground_truth) : ground_truth;
  const mended = mendBoxes(truth, { limits, changes });
  if (JSON.stringify(mended) === JSON.stringify(truth)) return { sample, changes };
  const model = { ...sample.reward_model, ground_truth: asText ? JSON.stringify(mended) : mended };
  return { sample: { ...sample, reward_model: model }, changes };
}

function readSample(record: DataRecord, changes: string[]): Sample {
  try {
    return record.sample();
  } catch (error) {
    if (!(error instanceof FormatError) || error.code !== 'image_mismatch') throw error;
    const value = record.value() as Sample;
    const missing = value.images.length - countImageMarks(value.prompt);
    const first = value.prompt.findIndex(({ role }) => role === 'user');
    // With some marks there it is not known which image has none.
    if (first < 0 || missing <= 0 || countImageMarks(value.prompt) > 0) throw error;
    const prompt = value.prompt.map((message, index) =>
      index === first ? { ...message, content: `${`${IMAGE_MARK}\n`.repeat(missing)}${message.content}` } : message,
    );
    const sample = parseSample({ ...value, prompt }, { location: record.location, defaultId: record.location });
    changes.push(`${String(missing)} ${IMAGE_MARK} added`);
    return sample;
  }
}

/** The same value with every box in order and inside the limits; what is no box stays as it is. */
function mendBoxes(value: unknown, place: { limits: readonly [number, number]; changes: string[] }): unknown {
  if (Array.isArray(value)) {
    if (value.length === 4 && value.every((side) => typeof side === 'number'))
      return mendBox(value as [number, number, number, number], place);
    return value.map((member) => mendBoxes(member, place));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, /^(bbox|box|bbox_2d)$/.test(key) ? mendBoxes(member, place) : (member as unknown)]),
  );
}

function mendBox(
  box: [number, number, number, number],
  { limits: [width, height], changes }: { limits: readonly [number, number]; changes: string[] },
): number[] {
  const [x1, y1, x2, y2] = [Math.min(box[0], box[2]), Math.min(box[1], box[3]), Math.max(box[0], box[2]), Math.max(box[1], box[3])];
  if (x1 !== box[0] || y1 !== box[1]) changes.push('corners put in order');
  const inside = [Math.max(0, x1), Math.max(0, y1), Math.min(width, x2), Math.min(height, y2)];
  const outside = Math.max(...inside.map((side, index) => Math.abs(side - [x1, y1, x2, y2][index]!)));
  // Tools round outwards by a pixel; what is far outside is another space or another image, and stays wrong.
  const slack = 0.02 * Math.max(width, height);
  if (outside === 0 || outside > slack) return [x1, y1, x2, y2];
  changes.push('box cut at the border of the image');
  return inside;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // A truth in words has no boxes.
    return text;
  }
}
