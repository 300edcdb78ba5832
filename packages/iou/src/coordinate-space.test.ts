import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { anyBox } from '../test/arbitrary.ts';
import { convertSpace, COORDINATE_SPACES } from './coordinate-space.ts';

const size = { width: 640, height: 480, resizedWidth: 96, resizedHeight: 72 };

describe('convertSpace', () => {
  it('converts by the declared sizes', () => {
    expect(convertSpace([320, 120, 640, 480], { from: 'pixel_original', to: 'norm_1000', size })).toEqual([500, 250, 1000, 1000]);
    expect(convertSpace([320, 120, 640, 480], { from: 'pixel_original', to: 'pixel_resized', size })).toEqual([48, 18, 96, 72]);
    expect(convertSpace([0.5, 0.25, 1, 1], { from: 'norm_1', to: 'pixel_resized', size })).toEqual([48, 18, 96, 72]);
    expect(convertSpace([500, 250, 1000, 1000], { from: 'norm_1000', to: 'norm_1' })).toEqual([0.5, 0.25, 1, 1]);
  });

  it('comes back from every space', () => {
    const space = fc.constantFrom(...COORDINATE_SPACES);
    fc.assert(
      fc.property(anyBox, space, space, (box, from, to) => {
        const back = convertSpace(convertSpace(box, { from, to, size }), { from: to, to: from, size });
        back.forEach((value, index) => expect(value).toBeCloseTo(box[index] ?? NaN, 9));
      }),
    );
  });

  it('needs no size where none is used', () => {
    expect(convertSpace([1, 2, 3, 4], { from: 'pixel_original', to: 'pixel_original' })).toEqual([1, 2, 3, 4]);
  });

  it('names the size that is missing', () => {
    const convert = (from: 'pixel_original' | 'pixel_resized', sizes: object) => () =>
      convertSpace([0, 0, 1, 1], { from, to: 'norm_1', size: sizes });
    expect(convert('pixel_original', { height: 480 })).toThrow(/size\.width is undefined.*positive number of pixels/);
    expect(convert('pixel_resized', size)).not.toThrow();
    expect(convert('pixel_resized', { width: 640, height: 480 })).toThrow(/size\.resizedWidth/);
    expect(convert('pixel_original', { width: 640, height: 0 })).toThrow(RangeError);
  });

  it('lists the spaces where one is unknown', () => {
    const from = JSON.parse('"pixels"') as 'norm_1';
    expect(() => convertSpace([0, 0, 1, 1], { from, to: from })).toThrow(/"pixels".*pixel_original, pixel_resized, norm_1000, norm_1/);
  });
});
