// The files of a Hugging Face tokenizer folder: `tokenizer.json`, `tokenizer_config.json` and, where there is one, `chat_template.jinja`.
// Only the byte-level BPE kind is described, which is what the Qwen family uses.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { type Static, Type } from 'typebox';
import { TrainerError } from '../errors.ts';
import { CHAT_TEMPLATE } from './chat.ts';
import { SPECIAL_TOKENS } from './special-tokens.ts';

const TOKENIZER = 'tokenizer.json';
const CONFIG = 'tokenizer_config.json';
const TEMPLATE = 'chat_template.jinja';

/** A token that is matched in the text before anything else happens to it. */
const AddedToken = Type.Object({
  id: Type.Integer({ minimum: 0 }),
  content: Type.String({ minLength: 1 }),
  single_word: Type.Optional(Type.Boolean()),
  lstrip: Type.Optional(Type.Boolean()),
  rstrip: Type.Optional(Type.Boolean()),
  normalized: Type.Optional(Type.Boolean()),
  special: Type.Optional(Type.Boolean()),
});

/** The part of `tokenizer.json` that is relied on here; the library reads the rest. */
export const TokenizerJson = Type.Object({
  version: Type.Optional(Type.String()),
  added_tokens: Type.Array(AddedToken),
  normalizer: Type.Unknown(),
  pre_tokenizer: Type.Unknown(),
  post_processor: Type.Unknown(),
  decoder: Type.Object({ type: Type.Literal('ByteLevel') }),
  model: Type.Object({
    type: Type.Literal('BPE'),
    vocab: Type.Record(Type.String(), Type.Integer({ minimum: 0 })),
    merges: Type.Array(Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 2, maxItems: 2 })])),
  }),
});
export type TokenizerJson = Static<typeof TokenizerJson>;

const NamedTemplate = Type.Object({ name: Type.String(), template: Type.String() });

/** The fields of `tokenizer_config.json` that are read. */
export const TokenizerConfig = Type.Object({
  chat_template: Type.Optional(Type.Union([Type.String(), Type.Array(NamedTemplate), Type.Null()])),
});
export type TokenizerConfig = Static<typeof TokenizerConfig>;

/** What a tokenizer folder holds. */
export interface TokenizerFiles {
  readonly tokenizer: TokenizerJson;
  readonly config: TokenizerConfig;
  /** Absent where the folder has no chat template. */
  readonly chatTemplate: string | undefined;
}

const ajv = new Ajv({ allErrors: true });
const isTokenizerJson = ajv.compile<TokenizerJson>(TokenizerJson);
const isTokenizerConfig = ajv.compile<TokenizerConfig>(TokenizerConfig);

/** Reads a tokenizer folder. Throws `invalid_tokenizer` where a file is missing or malformed. */
export async function readTokenizerFiles(folder: string): Promise<TokenizerFiles> {
  const [tokenizer, config, template] = await Promise.all([
    readJson(join(folder, TOKENIZER)),
    readJson(join(folder, CONFIG)),
    readIfPresent(join(folder, TEMPLATE)),
  ]);
  if (!isTokenizerJson(tokenizer))
    throw malformed(join(folder, TOKENIZER), ajv.errorsText(isTokenizerJson.errors, { dataVar: 'the file' }));
  if (!isTokenizerConfig(config)) throw malformed(join(folder, CONFIG), ajv.errorsText(isTokenizerConfig.errors, { dataVar: 'the file' }));
  return { tokenizer, config, chatTemplate: template ?? templateOf(config) };
}

/** What `writeTokenizerFolder` may be told. */
export interface TokenizerFolderOptions {
  /** A Jinja template; by default `CHAT_TEMPLATE`. */
  readonly chatTemplate?: string;
  /** The longest sequence the model takes, in tokens. */
  readonly maxLength: number;
}

/**
 * Writes `tokenizer.json`, `tokenizer_config.json` and `chat_template.jinja` so that `AutoTokenizer.from_pretrained(folder)` of Hugging Face
 * transformers loads them. The template has a file of its own because that is the one place where `AutoProcessor` looks for it as well.
 */
export async function writeTokenizerFolder(folder: string, tokenizerJson: TokenizerJson, options: TokenizerFolderOptions): Promise<void> {
  const special = new Set(tokenizerJson.added_tokens.filter((token) => token.special).map(({ content }) => content));
  const missing = Object.values(SPECIAL_TOKENS).filter((token) => !special.has(token));
  if (missing.length > 0) throw malformed('the tokenizer to write', `it lacks the special token(s) ${missing.join(' ')}`);
  const config = {
    tokenizer_class: 'PreTrainedTokenizerFast',
    model_max_length: options.maxLength,
    eos_token: SPECIAL_TOKENS.imEnd,
    pad_token: SPECIAL_TOKENS.endOfText,
    bos_token: null,
    unk_token: null,
    additional_special_tokens: Object.values(SPECIAL_TOKENS),
    clean_up_tokenization_spaces: false,
  };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, TOKENIZER), `${JSON.stringify(tokenizerJson, null, 2)}\n`);
  await writeFile(join(folder, CONFIG), `${JSON.stringify(config, null, 2)}\n`);
  await writeFile(join(folder, TEMPLATE), options.chatTemplate ?? CHAT_TEMPLATE);
}

function templateOf({ chat_template: template }: TokenizerConfig): string | undefined {
  if (Array.isArray(template)) return template.find(({ name }) => name === 'default')?.template;
  return template ?? undefined;
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw malformed(path, error instanceof Error ? error.message : String(error), error);
  }
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw malformed(path, error instanceof Error ? error.message : String(error), error);
  }
}

function malformed(what: string, reason: string, cause?: unknown): TrainerError {
  const message = `"${what}" is no byte-level BPE tokenizer as the Qwen family has it: ${reason}; take the files from the model's own folder, or write them with writeTokenizerFolder`;
  return new TrainerError('invalid_tokenizer', message, { cause });
}
