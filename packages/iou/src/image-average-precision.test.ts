import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boxToXywh, type Box } from './box.ts';
import { evaluateCoco } from './evaluate-coco.ts';
import { imageAveragePrecision } from './image-average-precision.ts';
import type { LabeledBox } from './match.ts';

const LABELS = ['cat', 'dog'];

function fromCoco(predictions: readonly LabeledBox[], groundTruths: readonly LabeledBox[]): number[] {
  const labels = [...new Set(groundTruths.map(({ label }) => label))];
  const toCoco = ({ box, label }: LabeledBox) => ({ image_id: 0, category_id: labels.indexOf(label), bbox: boxToXywh(box) });
  const { stats } = evaluateCoco(
    { images: [{ id: 0 }], categories: labels.map((_, id) => ({ id })), annotations: groundTruths.map(toCoco) },
    predictions.filter(({ label }) => labels.includes(label)).map((box) => ({ ...toCoco(box), score: 1 })),
  );
  return stats.slice(0, 3).map((value) => Math.max(0, value));
}

// Few places and sizes, so that overlaps at, above and below every threshold and ties are common.
function box(extent: number): fc.Arbitrary<Box> {
  return fc
    .tuple(fc.nat(4), fc.nat(4), fc.nat(20), fc.nat(20))
    .map(([x, y, width, height]): Box => [x * extent, y * extent, (x + width) * extent, (y + height) * extent]);
}
function boxes(extent: number, maxLength: number): fc.Arbitrary<LabeledBox[]> {
  return fc.array(fc.record({ box: box(extent), label: fc.constantFrom(...LABELS, 'bird') }), { maxLength });
}

describe('imageAveragePrecision', () => {
  // The last extent makes boxes that are larger than COCO's largest area.
  it.each([1, 0.1, 7_000])('gives the numbers of evaluateCoco, to the last bit, in units of %d', (extent) => {
    fc.assert(
      fc.property(boxes(extent, 12), boxes(extent, 12), (predictions, groundTruths) => {
        const { map, map50, map75 } = imageAveragePrecision(predictions, groundTruths);
        expect([map, map50, map75]).toEqual(fromCoco(predictions, groundTruths));
      }),
      { numRuns: 500 },
    );
  });

  it('looks at the first hundred predictions of a label', () => {
    const wrong = Array.from({ length: 100 }, (): LabeledBox => ({ box: [50, 50, 60, 60], label: 'cat' }));
    const right: LabeledBox = { box: [0, 0, 10, 10], label: 'cat' };
    expect(imageAveragePrecision([...wrong, right], [right])).toEqual({ map: 0, map50: 0, map75: 0 });
    expect(imageAveragePrecision([...wrong.slice(1), right], [right]).map).toBeCloseTo(0.01, 12);
    expect(imageAveragePrecision([right], [right]).map).toBeCloseTo(1, 12);
  });
});
