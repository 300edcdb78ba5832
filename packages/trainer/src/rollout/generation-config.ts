// `generation_config.json` of a model folder: what `generate()` of transformers does by default. The stop tokens are taken over. Settings that
// change the model's probabilities are not: a policy-gradient loss needs the probabilities that the responses were really sampled with.
// Sampling itself (temperature, top_p, top_k, lengths) is set by the caller.
import { join } from 'node:path';
import { showValue } from '@vtriune/format/show-value';
import { TrainerError } from '../errors.ts';
import { readJsonIfPresent } from '../files/read-text.ts';

const FILE = 'generation_config.json';

/** What a model folder says about generation. */
export interface GenerationConfig {
  /** `eos_token_id` as a list; empty where the folder names none. */
  readonly stopTokenIds: readonly number[];
  /** Settings that `generate()` of transformers would apply and this package does not, in sentences for the user. */
  readonly notes: readonly string[];
}

/** Settings that change which tokens are drawn, each with the values at which they do nothing. */
const NOT_APPLIED: Readonly<Record<string, readonly unknown[]>> = {
  repetition_penalty: [1],
  encoder_repetition_penalty: [1],
  no_repeat_ngram_size: [0],
  encoder_no_repeat_ngram_size: [0],
  exponential_decay_length_penalty: [],
  bad_words_ids: [],
  sequence_bias: [],
  suppress_tokens: [],
  begin_suppress_tokens: [],
  forced_bos_token_id: [],
  forced_eos_token_id: [],
  stop_strings: [],
  min_length: [0],
  min_new_tokens: [0],
  num_beams: [1],
  penalty_alpha: [0],
  guidance_scale: [1],
  typical_p: [1],
  min_p: [0],
  epsilon_cutoff: [0],
  eta_cutoff: [0],
};

/**
 * Reads `generation_config.json`; a folder without one says nothing. Throws `invalid_checkpoint` for a file that is not a JSON object, and for an
 * `eos_token_id` that is neither a token id nor a list of them.
 */
export async function readGenerationConfig(folder: string): Promise<GenerationConfig> {
  const path = join(folder, FILE);
  const file = await readJsonIfPresent(path, 'invalid_checkpoint');
  if (file === undefined) return { stopTokenIds: [], notes: [] };
  if (typeof file !== 'object' || file === null || Array.isArray(file)) throw invalid(path, `it holds ${showValue(file)}, not an object`);
  const fields = new Map<string, unknown>(Object.entries(file));
  return { stopTokenIds: stopTokenIdsOf(path, fields.get('eos_token_id')), notes: notesOn(fields) };
}

function stopTokenIdsOf(path: string, value: unknown): number[] {
  if (value === undefined || value === null) return [];
  const ids: unknown[] = Array.isArray(value) ? value : [value];
  return ids.map((id) => {
    if (typeof id === 'number' && Number.isInteger(id) && id >= 0) return id;
    throw invalid(path, `eos_token_id is ${showValue(value)}; it must be a token id or a list of token ids, whole numbers from 0`);
  });
}

function notesOn(fields: ReadonlyMap<string, unknown>): string[] {
  return Object.entries(NOT_APPLIED).flatMap(([name, without]) => {
    const value = fields.get(name);
    const nothing = value === undefined || value === null || without.includes(value) || (Array.isArray(value) && value.length === 0);
    if (nothing) return [];
    return [
      `${FILE} has ${name} ${showValue(value)}, which is not applied: training needs the model's own probabilities. generate() of transformers applies it unless told otherwise.`,
    ];
  });
}

function invalid(path: string, problem: string): TrainerError {
  return new TrainerError(
    'invalid_checkpoint',
    `${path} cannot be used: ${problem}. Correct the file, or take it from the model's own folder.`,
  );
}
