import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compareResults, comparisonTable } from '../compare.ts';
import { readPredictions } from '../predictions.ts';
import { loadBenchmark } from '../registry.ts';
import { toResult, type BenchmarkResult } from '../result.ts';
import { scoreResponses } from '../score-responses.ts';

const folder = mkdtempSync(join(tmpdir(), 'resampled-'));
const IMAGES = 60;
const images = Array.from({ length: IMAGES }, (_, id) => ({ id, file_name: `${String(id)}.jpg` }));
const annotations = images.map(({ id }) => ({ id, image_id: id, category_id: 1, bbox: [10, 10, 40, 40], area: 1600, iscrowd: 0 }));
const data = join(folder, 'instances_val2017.json');
writeFileSync(data, JSON.stringify({ images, annotations, categories: [{ id: 1, name: 'cat' }] }));

/** Boxes that are right on every `period`-th image and off by `offset` pixels on the others. */
async function evaluate(name: 'coco' | 'ovdeval', given: { period: number; offset: number; seed?: number }): Promise<BenchmarkResult> {
  const { period, offset, seed = 42 } = given;
  const rows = images.map(({ id }) => ({
    image_id: id,
    category_id: 1,
    bbox: [10 + (id % period === 0 ? 0 : offset), 10, 40, 40],
    score: 1,
  }));
  const predictions = join(folder, 'instances_val2017_results.json');
  writeFileSync(predictions, JSON.stringify(rows));
  const benchmark = await loadBenchmark(name, [], '.');
  const scored = await scoreResponses({
    benchmark,
    data,
    responses: await readPredictions(predictions, benchmark),
    rules: 'official',
    seed,
  });
  return toResult(benchmark, scored, { data, model: 'm', prompt: 'unknown', rules: 'official', seed, usage: null });
}

describe.each(['coco', 'ovdeval'] as const)('%s', (name) => {
  it('has an interval by the bootstrap over images, the same for the same seed', async () => {
    const result = await evaluate(name, { period: 2, offset: 12 });
    const { low, high } = result.interval ?? { low: NaN, high: NaN };
    expect(low).toBeLessThan(result.score ?? NaN);
    expect(high).toBeGreaterThan(result.score ?? NaN);
    // AP50 to AP95 of sixty images, half of them right: a few points to each side, and not the whole range.
    expect(high - low).toBeGreaterThan(0.02);
    expect(high - low).toBeLessThan(0.5);
    expect((await evaluate(name, { period: 2, offset: 12 })).resampled).toEqual(result.resampled);
    expect((await evaluate(name, { period: 2, offset: 12, seed: 1 })).resampled).not.toEqual(result.resampled);
  });

  it('compares scores by samples of the same images', async () => {
    const [bad, good] = [await evaluate(name, { period: 3, offset: 12 }), await evaluate(name, { period: 1, offset: 0 })];
    const { score } = compareResults(bad, good, 1);
    expect(score?.difference).toBeCloseTo((good.score ?? NaN) - (bad.score ?? NaN), 12);
    expect(score?.interval?.[0]).toBeGreaterThan(0);
    expect(score?.p).toBeLessThan(0.01);
    expect(comparisonTable(compareResults(bad, good, 1))).toMatch(
      /AP over the data set: A .*, B 100\.00\nB - A .* 95 %: .*; bootstrap: p = 0\.00/,
    );
    expect(compareResults(bad, bad, 1).score).toMatchObject({ difference: 0, interval: [0, 0], p: 1 });
  });

  it('does not compare samples of other seeds', async () => {
    const [a, b] = [await evaluate(name, { period: 2, offset: 9 }), await evaluate(name, { period: 2, offset: 9, seed: 7 })];
    expect(compareResults(a, b, 1).score).toBeUndefined();
  });
});
