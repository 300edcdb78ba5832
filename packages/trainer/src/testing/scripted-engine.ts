// An engine that computes nothing: it gives the responses it was made with and notes what it is asked, so that a test can say in numbers what the
// training loop asks of an engine. What engines do with it is tested with real ones.
import type { Engine, UpdateRequest } from '../engines/engine.ts';
import type { Generation, GenerationOptions, GenerationPrompt } from '../rollout/generate.ts';
import { tinyModel } from './tiny-model.ts';

const { config } = tinyModel();

/** What a scripted engine was asked, in order. */
export interface Asked {
  readonly calls: string[];
  readonly generate: { prompts: readonly GenerationPrompt[]; options: GenerationOptions }[];
  readonly updates: UpdateRequest[];
  readonly scored: { rows: number; temperature: number }[];
}

/** The engine, and what it was asked. `response` says what it writes to a prompt; images come back with their number in `encoded`. */
export function scriptedEngine(
  response: (key: number, g: number) => Generation,
  change: Partial<Engine> = {},
): { engine: Engine; asked: Asked } {
  const asked: Asked = { calls: [], generate: [], updates: [], scored: [] };
  const engine: Engine = {
    config,
    ranks: 1,
    encodeImages: (images) => Promise.resolve(images.map((image, n) => ({ ...image, encoded: Float32Array.of(n) }))),
    generate: (prompts, options) => {
      asked.calls.push('generate');
      asked.generate.push({ prompts: [...prompts], options });
      return Promise.resolve(prompts.map(({ key }) => Array.from({ length: options.groupSize }, (_, g) => response(key, g))));
    },
    scoreTargets: (rows, temperature) => {
      asked.calls.push('score');
      asked.scored.push({ rows: rows.length, temperature });
      return Promise.resolve(rows.map(({ targets }, r) => Float32Array.from(targets, (_, t) => -(r + 1) - t / 8)));
    },
    update: (request) => {
      asked.calls.push('update');
      asked.updates.push(structuredClone(request));
      const tokens = request.rows.reduce((sum, { targets }) => sum + targets.length, 0);
      return Promise.resolve({ loss: asked.updates.length, gradientNorm: 2, entropy: 3, gradientNorms: {}, statistics: {}, tokens });
    },
    snapshot: () => Promise.resolve({ parameters: new Map(), moment1: new Map(), moment2: new Map(), optimizerStep: 0 }),
    restore: () => Promise.resolve(),
    close: () => Promise.resolve(),
    ...change,
  };
  return { engine, asked };
}

/** A response of these tokens, each with the log-probability of minus its place in eighths. */
export function written(...tokenIds: number[]): Generation {
  return { tokenIds, logProbs: tokenIds.map((_, n) => -n / 8), truncated: false };
}
