// The files of a Hugging Face tokenizer folder: `tokenizer.json`, `tokenizer_config.json` and a chat template: in
// `chat_template.jinja`, in `chat_template.json` (older processors), or in `tokenizer_config.json`, in this order.
// Only the byte-level BPE kind is described, which is what the Qwen family uses.
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { type Static, Type } from 'typebox';
import { TrainerError } from '../errors.ts';
import { readJsonIfPresent, readTextIfPresent } from '../files/read-text.ts';
import { CHAT_TEMPLATE } from './chat.ts';
import { SPECIAL_TOKENS } from './special-tokens.ts';

const TOKENIZER = 'tokenizer.json';
const CONFIG = 'tokenizer_config.json';
const TEMPLATE = 'chat_template.jinja';
const LEGACY_TEMPLATE = 'chat_template.json';

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
  const [tokenizer, config, chatTemplate] = await Promise.all([
    readJsonIfPresent(join(folder, TOKENIZER), 'invalid_tokenizer'),
    readJsonIfPresent(join(folder, CONFIG), 'invalid_tokenizer'),
    readChatTemplate(folder),
  ]);
  if (tokenizer === undefined) throw await missing(folder, TOKENIZER);
  if (config === undefined) throw await missing(folder, CONFIG);
  if (!isTokenizerJson(tokenizer))
    throw malformed(join(folder, TOKENIZER), ajv.errorsText(isTokenizerJson.errors, { dataVar: 'the file' }));
  if (!isTokenizerConfig(config)) throw malformed(join(folder, CONFIG), ajv.errorsText(isTokenizerConfig.errors, { dataVar: 'the file' }));
  return { tokenizer, config, chatTemplate: chatTemplate ?? templateOf(config) };
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
  const absent = Object.values(SPECIAL_TOKENS).filter((token) => !special.has(token));
  if (absent.length > 0) throw malformed('the tokenizer to write', `it lacks the special token(s) ${absent.join(' ')}`);
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

/** The template's own file: `chat_template.jinja`, or the `chat_template.json` of older processors. */
async function readChatTemplate(folder: string): Promise<string | undefined> {
  const jinja = await readTextIfPresent(join(folder, TEMPLATE), 'invalid_tokenizer');
  if (jinja !== undefined) return jinja;
  const path = join(folder, LEGACY_TEMPLATE);
  const value = await readJsonIfPresent(path, 'invalid_tokenizer');
  if (value === undefined) return undefined;
  if (isTokenizerConfig(value)) return templateOf(value);
  throw malformed(path, ajv.errorsText(isTokenizerConfig.errors, { dataVar: 'the file' }));
}

function templateOf({ chat_template: template }: TokenizerConfig): string | undefined {
  if (Array.isArray(template)) return template.find(({ name }) => name === 'default')?.template;
  return template ?? undefined;
}

/** The error of a folder without one of the tokenizer's files; says what is there instead. */
async function missing(folder: string, file: string): Promise<TrainerError> {
  const files = await readdir(folder).catch(() => undefined);
  const path = join(folder, file);
  if (files === undefined)
    return new TrainerError('invalid_tokenizer', `${path} cannot be read: there is no folder ${folder}. Check the path.`);
  const slow = files.includes('vocab.json') && file === TOKENIZER;
  const advice = slow
    ? 'The folder has vocab.json only: AutoTokenizer.from_pretrained(folder).save_pretrained(folder) of transformers writes tokenizer.json.'
    : "Copy it from the model's own folder; weights and tokenizer belong together.";
  return new TrainerError('invalid_tokenizer', `${path} is missing. ${advice}`);
}

function malformed(what: string, reason: string): TrainerError {
  const message = `"${what}" is no byte-level BPE tokenizer as the Qwen family has it: ${reason}; take the files from the model's own folder, or write them with writeTokenizerFolder`;
  return new TrainerError('invalid_tokenizer', message);
}
