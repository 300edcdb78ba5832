import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selectBackend } from '../backend/select-backend.ts';
import { encodeImages, type Model } from '../models/qwen2-5-vl/model.ts';
import { tinyModel } from '../testing/tiny-model.ts';
import { attention } from './attention.ts';
import { requireAttentionMemory } from './attention-memory.ts';

const size = { batch: 1, heads: 16, queries: 12_100, keys: 12_100 };
const text = { what: 'an image', advice: 'Lower it.' };

describe('requireAttentionMemory', () => {
  afterAll(() => selectBackend({ prefer: ['cpu'] }));

  it('passes on backends without a fixed limit', async () => {
    await selectBackend({ prefer: ['cpu'] });
    expect(() => requireAttentionMemory(size, text)).not.toThrow();
  });

  describe('on wasm', () => {
    beforeAll(() => selectBackend({ prefer: ['wasm'] }));

    it('refuses what does not fit, with sizes', () => {
      expect(() => requireAttentionMemory(size, text, 2 ** 30)).toThrow(
        'an image needs 17.5 GB for the scores of one attention (16 heads, 12100 x 12100 positions); the wasm backend has 4.0 GB, of which 1.0 are in use. Lower it.',
      );
    });

    it('counts what is in use', () => {
      const half = { batch: 1, heads: 1, queries: 2 ** 14, keys: 2 ** 14 };
      expect(() => requireAttentionMemory(half, text, 0)).not.toThrow();
      expect(() => requireAttentionMemory(half, text, 3 * 2 ** 30)).toThrow('needs 2.0 GB');
    });

    it('is asked by every attention, before anything is computed', () => {
      const [query, key] = [tf.zeros<tf.Rank.R4>([1, 4, 30_000, 1]), tf.zeros<tf.Rank.R4>([1, 1, 30_000, 1])];
      expect(() => attention(query, { key, value: key })).toThrow('a sequence of 30000 tokens');
      tf.dispose([query, key]);
    });

    it('names the size of an image that is too large for the vision tower', () => {
      const { config } = tinyModel();
      const model: Model = { config, weights: new Map() };
      const patches = tf.zeros<tf.Rank.R2>([4, 12]);
      expect(() => encodeImages(model, patches, [[1, 200, 300]])).toThrow('an image of 600x400 pixels needs');
      tf.dispose(patches);
    });
  });
});
