import { describe, expect, it } from 'vitest';
import { detection } from '../builtins/detection.ts';
import { grounding } from '../builtins/grounding.ts';
import { checkTruthSpace, fitsAnotherSpace, spaceConverter } from './coordinates.ts';

const image = { width: 200, height: 100, resized_width: 400, resized_height: 200 };

describe('spaceConverter', () => {
  it('converts both ways with the sizes of the first image', () => {
    const { toTruth, toResponse } = spaceConverter({ coordinate_space: 'norm_1000', response_space: 'pixel_resized' }, [image]);
    expect(toTruth([40, 20, 400, 200])).toEqual([100, 100, 1000, 1000]);
    expect(toResponse([100, 100, 1000, 1000])).toEqual([40, 20, 400, 200]);
  });

  it('leaves undeclared and equal spaces alone, and needs no sizes for them', () => {
    for (const declared of [{}, { coordinate_space: 'pixel_original' as const }])
      expect(spaceConverter(declared, []).toTruth([1, 2, 3, 4])).toEqual([1, 2, 3, 4]);
  });

  it('never guesses a size or a space', () => {
    expect(() => spaceConverter({ coordinate_space: 'norm_1000', response_space: 'pixel_resized' }, [{ width: 9, height: 9 }])).toThrow(
      'Send images[0]',
    );
    expect(() => spaceConverter({ response_space: 'norm_1' }, [image])).toThrow(expect.objectContaining({ code: 'invalid_parameters' }));
  });
});

describe('checkTruthSpace', () => {
  it('refuses boxes that cannot be in the declared space', () => {
    expect(() => checkTruthSpace([[10, 10, 150, 90]], 'norm_1', [])).toThrow('lies outside of norm_1');
    expect(() => checkTruthSpace([[10, 10, 1500, 90]], 'norm_1000', [])).toThrow(expect.objectContaining({ code: 'invalid_ground_truth' }));
    expect(() => checkTruthSpace([[10, 10, 300, 90]], 'pixel_original', [image])).toThrow('pixel_original');
    expect(() => checkTruthSpace([[0.1, 0.1, 0.5, 0.9]], 'norm_1000', [])).toThrow('Declare norm_1');
  });

  it('accepts the edge of the image, and pixels of unknown size', () => {
    expect(() => checkTruthSpace([[0, 0, 200, 100]], 'pixel_original', [image])).not.toThrow();
    expect(() => checkTruthSpace([[0, 0, 5000, 5000]], 'pixel_original', [])).not.toThrow();
  });
});

describe('fitsAnotherSpace', () => {
  it('tells when boxes are right in another space, the most frequent detection fault there is', () => {
    const truths = [[20, 10, 100, 60]] as const;
    const job = { truths, truthSpace: 'pixel_original' as const, images: [image] };
    expect(fitsAnotherSpace({ ...job, written: [[100, 100, 500, 600]], converted: [[100, 100, 500, 600]] })).toBe(true);
    expect(fitsAnotherSpace({ ...job, written: [[40, 20, 200, 120]], converted: [[40, 20, 200, 120]] })).toBe(true);
    expect(fitsAnotherSpace({ ...job, written: [[20, 10, 100, 60]], converted: [[20, 10, 100, 60]] })).toBe(false);
    expect(fitsAnotherSpace({ ...job, written: [[150, 80, 190, 99]], converted: [[150, 80, 190, 99]] })).toBe(false);
    expect(fitsAnotherSpace({ ...job, written: [], converted: [] })).toBe(false);
  });

  it('is reported by detection and grounding, and changes no reward', async () => {
    const given = {
      split: 'train' as const,
      images: [image],
      parameters: { coordinate_space: 'pixel_original', iou_threshold: 0.5 },
      response: '[{"bbox_2d": [100, 100, 500, 600], "label": "cat"}]',
    };
    for (const verifier of [detection, grounding]) {
      const outcome = await verifier.verify({ ...given, groundTruth: [{ bbox_2d: [20, 10, 100, 60], label: 'cat' }] });
      expect(outcome).toMatchObject({ accuracy: 0, metrics: { other_space_fits: 1 } });
    }
  });
});
