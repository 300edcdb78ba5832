import { at } from '@vtriune/format/at';
import { TrainerError } from '../errors.ts';

/** How the next token is drawn. */
export interface SamplingOptions {
  /** 0 takes the most probable token; otherwise logits are divided by it. */
  temperature: number;
  /** Keeps the smallest set of tokens whose probability reaches this; 1 keeps all. */
  topP: number;
  /** Keeps this many most probable tokens; 0 keeps all. */
  topK: number;
}

/** A drawn token and its log-probability under the tempered, unfiltered distribution. */
export interface SampledToken {
  id: number;
  logProb: number;
}

/**
 * Draws one token from a row of logits.
 *
 * @param row `[V]`
 * @param uniform a number in `[0, 1)`
 * @throws TrainerError `not_finite` where a logit is NaN or infinite; minus infinity alone is a token that cannot be drawn
 */
export function sampleToken(row: Float32Array, options: SamplingOptions, uniform: number): SampledToken {
  const best = argmax(row);
  const temperature = options.temperature === 0 ? 1 : options.temperature;
  const peak = at(row, best);
  const probabilities = new Float64Array(row.length);
  let total = 0;
  for (let id = 0; id < row.length; id++) {
    const value = Math.exp((row[id]! - peak) / temperature);
    probabilities[id] = value;
    total += value;
  }
  if (!Number.isFinite(total)) {
    throw new TrainerError(
      'not_finite',
      `The logits of a token are not finite (the largest is ${String(peak)}), so nothing can be sampled: the weights are damaged or training has diverged. Go back to an earlier checkpoint, and lower trainer.learningRate.`,
    );
  }
  const logProb = (id: number): number => Math.log(at(probabilities, id) / total);
  if (options.temperature === 0) return { id: best, logProb: logProb(best) };
  const filtered = options.topK > 0 || options.topP < 1;
  const id = filtered ? drawFiltered(probabilities, { ...options, total }, uniform) : draw(probabilities, total, uniform);
  return { id, logProb: logProb(id) };
}

function argmax(row: Float32Array): number {
  let best = 0;
  for (let id = 1; id < row.length; id++) if (row[id]! > row[best]!) best = id;
  return best;
}

function draw(weights: Float64Array, total: number, uniform: number): number {
  let left = uniform * total;
  let last = 0;
  for (let id = 0; id < weights.length; id++) {
    const weight = weights[id]!;
    if (weight > 0) last = id;
    left -= weight;
    if (left < 0 && weight > 0) return id;
  }
  return last;
}

function drawFiltered(probabilities: Float64Array, options: SamplingOptions & { total: number }, uniform: number): number {
  const order = Array.from(probabilities, (weight, id) => ({ id, weight })).sort((a, b) => b.weight - a.weight || a.id - b.id);
  const limit = options.topK > 0 ? Math.min(options.topK, order.length) : order.length;
  const candidates: typeof order = [];
  let mass = 0;
  for (const candidate of order.slice(0, limit)) {
    if (candidates.length > 0 && mass >= options.topP * options.total) break;
    candidates.push(candidate);
    mass += candidate.weight;
  }
  const weights = Float64Array.from(candidates, ({ weight }) => weight);
  return at(candidates, draw(weights, mass, uniform)).id;
}
