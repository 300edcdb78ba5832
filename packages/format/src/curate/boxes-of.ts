import { isRecord } from '../is-record.ts';
import type { Sample } from '../sample.ts';
import { verifiersOf } from '../stats.ts';
import type { CurateItem } from './filter.ts';

/** A box of a ground truth. */
export interface TruthBox {
  readonly label: string;
  readonly box: readonly [number, number, number, number];
}

/** Whether a sample asks for boxes. */
export function asksForBoxes(sample: Sample): boolean {
  return verifiersOf(sample).some((verifier) => verifier === 'detection' || verifier === 'grounding');
}

/** The boxes of a sample's ground truth; [] where it has none that can be read. */
export function boxesOf({ reward_model }: Sample): TruthBox[] {
  const { ground_truth } = reward_model;
  return collect(typeof ground_truth === 'string' ? parsed(ground_truth) : ground_truth);
}

/** The share of its image that each box covers; undefined where that cannot be known: no space declared, or no size of the image. */
export function boxShares({ sample, sizes }: CurateItem): number[] | undefined {
  const area = areaOf(sample, sizes);
  if (area === undefined) return undefined;
  return boxesOf(sample).map(({ box: [x1, y1, x2, y2] }) => (Math.abs(x2 - x1) * Math.abs(y2 - y1)) / area);
}

function areaOf({ reward_model, images }: Sample, sizes: CurateItem['sizes']): number | undefined {
  const { coordinate_space } = reward_model;
  if (coordinate_space === 'norm_1') return 1;
  if (coordinate_space === 'norm_1000') return 1e6;
  const size = images.length === 1 ? sizes?.[0] : undefined;
  return coordinate_space === 'pixel_original' && size !== undefined ? size.width * size.height : undefined;
}

function collect(value: unknown): TruthBox[] {
  if (Array.isArray(value)) {
    if (isCorners(value)) return [{ label: '', box: value }];
    return value.flatMap(collect);
  }
  if (!isRecord(value)) return [];
  const corners = value['bbox_2d'] ?? value['bbox'] ?? value['box'];
  return isCorners(corners) ? [{ label: typeof value['label'] === 'string' ? value['label'] : '', box: corners }] : [];
}

function isCorners(value: unknown): value is [number, number, number, number] {
  return Array.isArray(value) && value.length === 4 && value.every((side) => typeof side === 'number');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // A truth in words has no boxes.
    return undefined;
  }
}
