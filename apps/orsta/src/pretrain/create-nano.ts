import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  DEFAULT_PROCESSOR_CONFIG,
  initialize,
  loadTokenizer,
  parseConfig,
  trainByteLevelBpe,
  writeProcessorConfig,
  writeSafetensors,
  writeTokenizerFolder,
} from '@vtriune/trainer';
import { SCENE_SIZE } from '../suite/contract.ts';
import { ADDED_TOKENS, corpus, SPLIT_PATTERN } from '../suite/vocabulary.ts';
import { MERGE_SIZE, nanoConfig, PATCH_SIZE } from './nano-config.ts';

/** Ids are rounded up to a multiple of this: matrix products like whole registers. */
const VOCABULARY_MULTIPLE = 32;

/** Most ids the tokenizer may have; training stops earlier when no pair of its corpus repeats. */
const VOCABULARY_LIMIT = 1024;

/**
 * Writes an untrained orsta-nano to a folder: tokenizer, processor, configuration and fresh weights, in the Hugging Face layout. The same
 * seed gives the same bytes.
 */
export async function createNano(folder: string, seed: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const tokenizerJson = trainByteLevelBpe({
    corpus: renderedCorpus(),
    vocabularySize: VOCABULARY_LIMIT,
    splitPattern: SPLIT_PATTERN,
    addedTokens: ADDED_TOKENS,
  });
  await writeTokenizerFolder(folder, tokenizerJson, { maxLength: 1024 });
  const tokenizer = await loadTokenizer(folder);
  const ids = tokenizer.specialIds;
  const config = nanoConfig({
    vocabularySize: Math.ceil(tokenizer.vocabularySize / VOCABULARY_MULTIPLE) * VOCABULARY_MULTIPLE,
    imagePad: ids.imagePad,
    videoPad: tokenizer.tokenId('<|video_pad|>'),
    visionStart: ids.visionStart,
    visionEnd: ids.visionEnd,
    endOfTurn: ids.imEnd,
    endOfText: ids.endOfText,
  });
  await writeFile(join(folder, 'config.json'), `${JSON.stringify(config, undefined, 2)}\n`);
  await writeFile(
    join(folder, 'generation_config.json'),
    `${JSON.stringify({ do_sample: false, eos_token_id: [ids.imEnd, ids.endOfText], pad_token_id: ids.endOfText }, undefined, 2)}\n`,
  );
  const side = SCENE_SIZE * SCENE_SIZE;
  await writeProcessorConfig(folder, {
    ...DEFAULT_PROCESSOR_CONFIG,
    patchSize: PATCH_SIZE,
    mergeSize: MERGE_SIZE,
    minPixels: side / 4,
    maxPixels: 4 * side,
  });
  await writeSafetensors(join(folder, 'model.safetensors'), initialize(parseConfig(config), seed), { dtype: 'F32' });
}

/** The suite's texts as the chat template wraps them, so that role names and line breaks become tokens; each number occurs often enough to be one. */
function* renderedCorpus(): Generator<string> {
  for (const text of corpus()) yield `<|im_start|>user\n${text}<|im_end|>\n<|im_start|>assistant\n${text}<|im_end|>\n`;
  for (let number = 0; number < 100; number++) yield `${`${String(number)} ${String(number)}\n`.repeat(50)}`;
}
