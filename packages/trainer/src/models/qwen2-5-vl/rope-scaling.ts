// Rotary frequencies of the language model, plain or stretched for longer contexts, as `modeling_rope_utils.py` of Hugging Face
// transformers computes them. Left out, and refused by name: dynamic NTK, Llama 3, and LongRoPE, whose frequencies change with the length.
import { showValue } from '@vtriune/format/show-value';
import { TrainerError } from '../../errors.ts';

/** How rotary frequencies are stretched: not at all, all by one factor, or slow ones more than fast ones (YaRN, arXiv 2309.00071). */
export type RopeScaling =
  | { readonly kind: 'none' }
  | { readonly kind: 'linear'; readonly factor: number }
  | {
      readonly kind: 'yarn';
      readonly factor: number;
      readonly originalMaxPositions: number;
      readonly betaFast: number;
      readonly betaSlow: number;
      /** Multiplies the tables of sines and cosines. */
      readonly attentionFactor: number;
      /** Whether the borders between fast and slow frequencies are rounded to whole dimensions. */
      readonly truncate: boolean;
    };

/** Frequencies of a head, `[headSize / 2]`, and the factor on sines and cosines. */
export interface RopeFrequencies {
  readonly frequencies: Float32Array;
  readonly attentionFactor: number;
}

/** Reads `rope_scaling` or `rope_parameters`. Throws `invalid_checkpoint` for a type that is not computed here. */
export function parseRopeScaling(rope: Readonly<Record<string, unknown>>, maxPositions: number | undefined): RopeScaling {
  const type = rope['rope_type'] ?? rope['type'] ?? 'default';
  const partial = rope['partial_rotary_factor'] ?? 1;
  if (partial !== 1) throw unsupported('partial_rotary_factor', partial, '1');
  if (type === 'default' || type === 'mrope') return { kind: 'none' };
  if (type === 'linear') return { kind: 'linear', factor: positive(rope, 'factor') };
  if (type === 'yarn') return parseYarn(rope, maxPositions);
  throw unsupported('rope_type', type, '"default", "mrope", "linear" and "yarn"');
}

/** The frequencies by which positions turn, each rounded to float32. */
export function ropeFrequencies({ headSize, theta, scaling }: { headSize: number; theta: number; scaling: RopeScaling }): RopeFrequencies {
  const powers = Array.from({ length: headSize / 2 }, (_, index) => Math.fround(theta ** ((2 * index) / headSize)));
  const plain = powers.map((power) => Math.fround(1 / power));
  if (scaling.kind === 'none') return { frequencies: Float32Array.from(plain), attentionFactor: 1 };
  if (scaling.kind === 'linear') {
    return { frequencies: Float32Array.from(plain, (frequency) => frequency / scaling.factor), attentionFactor: 1 };
  }
  const [low, high] = yarnRange(scaling, { headSize, theta });
  const width = low === high ? 0.001 : high - low;
  const frequencies = Float32Array.from(powers, (power, index) => {
    const slow = Math.min(1, Math.max(0, (index - low) / width));
    return (slow / scaling.factor + (1 - slow)) / power;
  });
  return { frequencies, attentionFactor: scaling.attentionFactor };
}

/** The dimensions between which YaRN goes over from kept to stretched frequencies. */
function yarnRange(scaling: RopeScaling & { kind: 'yarn' }, { headSize, theta }: { headSize: number; theta: number }): [number, number] {
  const dimension = (rotations: number): number =>
    (headSize * Math.log(scaling.originalMaxPositions / (rotations * 2 * Math.PI))) / (2 * Math.log(theta));
  const [low, high] = [dimension(scaling.betaFast), dimension(scaling.betaSlow)];
  const round = scaling.truncate;
  return [Math.max(round ? Math.floor(low) : low, 0), Math.min(round ? Math.ceil(high) : high, headSize - 1)];
}

function parseYarn(rope: Readonly<Record<string, unknown>>, maxPositions: number | undefined): RopeScaling {
  const factor = positive(rope, 'factor');
  const own = rope['original_max_position_embeddings'];
  return {
    kind: 'yarn',
    factor,
    originalMaxPositions: positive({ original_max_position_embeddings: own ?? maxPositions }, 'original_max_position_embeddings'),
    betaFast: optional(rope, 'beta_fast') ?? 32,
    betaSlow: optional(rope, 'beta_slow') ?? 1,
    attentionFactor: optional(rope, 'attention_factor') ?? defaultAttentionFactor(rope, factor),
    truncate: rope['truncate'] !== false,
  };
}

function defaultAttentionFactor(rope: Readonly<Record<string, unknown>>, factor: number): number {
  const scale = (weight: number): number => (factor <= 1 ? 1 : 0.1 * weight * Math.log(factor) + 1);
  const [own, all] = [optional(rope, 'mscale'), optional(rope, 'mscale_all_dim')];
  return own === undefined || all === undefined ? scale(1) : scale(own) / scale(all);
}

/** A positive number, or nothing where it is absent, null or 0, which Python takes for absent. */
function optional(rope: Readonly<Record<string, unknown>>, key: string): number | undefined {
  const value = rope[key];
  return value === undefined || value === null || value === 0 ? undefined : positive(rope, key);
}

function positive(rope: Readonly<Record<string, unknown>>, key: string): number {
  const value = rope[key];
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
  throw unsupported(key, value, 'a positive number');
}

function unsupported(key: string, value: unknown, allowed: string): TrainerError {
  return new TrainerError(
    'invalid_checkpoint',
    `rope_scaling.${key} is ${value === undefined ? 'missing' : showValue(value)}; this engine computes ${allowed}. Correct config.json, or use another checkpoint.`,
  );
}
