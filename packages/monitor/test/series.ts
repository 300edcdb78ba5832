import type { MetricRecord } from '../src/record.ts';

/** Values of one step: `name` of source `all` in training, `source|name` of a source, `source|split|name` of another split. */
export type StepValues = Readonly<Record<string, number>>;

/** Records of the steps 1 to `steps`. */
export function seriesOf(steps: number, valuesAt: (step: number) => StepValues): MetricRecord[] {
  return Array.from({ length: steps }, (_, index) => index + 1).flatMap((step) => recordsAt(step, valuesAt(step)));
}

/** Records of one step. */
export function recordsAt(step: number, values: StepValues): MetricRecord[] {
  return Object.entries(values).map(([key, value]) => {
    const parts = key.split('|');
    const name = String(parts.pop());
    const [source = 'all', split = 'train'] = parts;
    return { run: 'r', step, source, split, name, value };
  });
}

/** Numbers in [0, 1) that are the same each time (Park and Miller's generator). */
export function createNoise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
