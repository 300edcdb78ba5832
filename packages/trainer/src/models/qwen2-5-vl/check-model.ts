// Checks that the parts of a model folder belong together, from configuration files and the headers of weight files alone: no weight is read,
// so that a folder of 140 GB is checked in a moment.
import { TrainerError } from '../../errors.ts';
import { checkWeightFiles } from '../../files/model-folder.ts';
import { readProcessorConfig, type ProcessorConfig } from '../../processor/processor-config.ts';
import { readGenerationConfig, type GenerationConfig } from '../../rollout/generation-config.ts';
import { readCheckpointHeaders } from '../../safetensors/read-checkpoint.ts';
import type { TensorEntry } from '../../safetensors/safetensors-format.ts';
import { loadTokenizer, type Tokenizer } from '../../tokenizer/tokenizer.ts';
import { loadConfig, type ModelConfig } from './config.ts';
import { partOf, weightShapes, type ModelPart } from './weights.ts';

const MOST_LISTED = 8;
/** A head beside tied embeddings is compared with them when the weights are read; frequencies are computed. */
const NOT_LEARNED = /^lm_head\.weight$|\.inv_freq$/;

/** What a model folder holds. */
export interface ModelReport {
  readonly config: ModelConfig;
  /** Number of parameters of each part. */
  readonly parameters: Readonly<Record<ModelPart, number>>;
  /** What is not an error and changes results: say it to the user. */
  readonly notes: readonly string[];
}

/** What to check. */
export interface CheckModelOptions {
  /** Whether the weights' files have to be there; true where absent. */
  readonly weights?: boolean;
}

/**
 * Checks a model folder without reading weights: every parameter is there in the right shape, tokenizer, embedding and configuration agree,
 * and images are cut as the vision tower expects. Throws `invalid_checkpoint` that lists everything that is wrong, or what the single files
 * throw when they cannot be read.
 */
export async function checkModel(folder: string, { weights = true }: CheckModelOptions = {}): Promise<ModelReport> {
  const config = await loadConfig(folder);
  if (weights) await checkWeightFiles(folder);
  const [headers, tokenizer, processor, generation] = await Promise.all([
    weights ? readCheckpointHeaders(folder) : undefined,
    loadTokenizer(folder),
    readProcessorConfig(folder),
    readGenerationConfig(folder),
  ]);
  const problems = [
    ...(headers === undefined ? [] : weightProblems(config, headers)),
    ...tokenizerProblems(config, tokenizer),
    ...stopTokenProblems(config, generation),
    ...processorProblems(config, processor),
  ];
  if (problems.length === 0)
    return { config, parameters: countParameters(config), notes: [...generation.notes, ...unusedNotes(config, headers)] };
  const listed = problems.slice(0, MOST_LISTED).map((problem) => `\n- ${problem}`);
  const more = problems.length - listed.length;
  throw new TrainerError(
    'invalid_checkpoint',
    `The files of ${folder} do not belong together:${listed.join('')}${more > 0 ? `\n- and ${String(more)} more` : ''}\nTake all files of the folder from one checkpoint.`,
  );
}

/** Number of parameters of each part, from the configuration alone. */
export function countParameters(config: ModelConfig): Record<ModelPart, number> {
  const counts: Record<ModelPart, number> = { vit: 0, connector: 0, llm: 0 };
  for (const [name, shape] of weightShapes(config)) counts[partOf(name)] += shape.reduce((product, side) => product * side, 1);
  return counts;
}

/** Tensors that the configuration has no place for: a file of another model, or a layer too many, would go unseen. */
function unusedNotes(config: ModelConfig, headers: ReadonlyMap<string, TensorEntry> = new Map()): string[] {
  const known = weightShapes(config);
  const unused = [...headers.keys()].filter((name) => !known.has(name) && !NOT_LEARNED.test(name));
  if (unused.length === 0) return [];
  const more = unused.length > MOST_LISTED ? ', ...' : '';
  return [
    `${String(unused.length)} tensors of the checkpoint have no place in the model that config.json describes and are not used: ${unused.slice(0, MOST_LISTED).join(', ')}${more}`,
  ];
}

function weightProblems(config: ModelConfig, headers: ReadonlyMap<string, TensorEntry>): string[] {
  return [...weightShapes(config)].flatMap(([name, shape]) => {
    const found = headers.get(name);
    if (found === undefined) return [`the parameter ${name} is missing`];
    const same = found.shape.join() === shape.join();
    return same ? [] : [`${name} has the shape [${found.shape.join(', ')}], config.json needs [${shape.join(', ')}]`];
  });
}

function tokenizerProblems({ text, imageTokenId, visionStartTokenId }: ModelConfig, tokenizer: Tokenizer): string[] {
  const { specialIds, vocabularySize } = tokenizer;
  const problems: string[] = [];
  if (vocabularySize > text.vocabularySize) {
    problems.push(`the tokenizer has ids up to ${String(vocabularySize - 1)}, the embedding has ${String(text.vocabularySize)} rows`);
  }
  if (specialIds.imagePad !== imageTokenId) {
    problems.push(
      `image_token_id is ${String(imageTokenId)} in config.json, <|image_pad|> is ${String(specialIds.imagePad)} in the tokenizer`,
    );
  }
  if (specialIds.visionStart !== visionStartTokenId) {
    problems.push(
      `vision_start_token_id is ${String(visionStartTokenId)} in config.json, <|vision_start|> is ${String(specialIds.visionStart)} in the tokenizer`,
    );
  }
  return problems;
}

function stopTokenProblems({ text }: ModelConfig, { stopTokenIds }: GenerationConfig): string[] {
  const foreign = stopTokenIds.filter((id) => id >= text.vocabularySize);
  if (foreign.length === 0) return [];
  return [`eos_token_id in generation_config.json has ${foreign.join(', ')}, the embedding has ${String(text.vocabularySize)} rows`];
}

function processorProblems({ vision }: ModelConfig, processor: ProcessorConfig): string[] {
  const pairs = [
    ['patch_size', vision.patchSize, processor.patchSize],
    ['spatial_merge_size', vision.spatialMergeSize, processor.mergeSize],
    ['temporal_patch_size', vision.temporalPatchSize, processor.temporalPatchSize],
  ] as const;
  return pairs.flatMap(([name, model, images]) =>
    model === images
      ? []
      : [`${name} of the vision tower is ${String(model)}, images are cut with ${String(images)} (preprocessor_config.json)`],
  );
}
