// Text to token ids and back, on the folder of a Hugging Face checkpoint.
// Encoding is @huggingface/tokenizers', with a memory of words (create-encoder.ts). Decoding is our own table of bytes: the library's looks through all added tokens for each token, and
// cleans up spaces unless told otherwise. Left out: tokenizers that are not byte-level BPE.
import { TrainerError } from '../errors.ts';
import { BYTE_ALPHABET } from './byte-alphabet.ts';
import { compileChatTemplate } from './chat.ts';
import type { ChatMessage, ChatTemplateOptions } from './chat.ts';
import { SPECIAL_TOKENS } from './special-tokens.ts';
import type { SpecialIds } from './special-tokens.ts';
import { readTokenizerFiles } from './tokenizer-files.ts';
import type { TokenizerFiles, TokenizerJson } from './tokenizer-files.ts';
import { withTimeLimit } from './time-limit.ts';
import { createEncoder } from './create-encoder.ts';

/** Encoding takes microseconds a word; each character of a text adds a millisecond to what is allowed. */
const ENCODE_MILLISECONDS = 5000;

/** What `decode` may be told. */
export interface DecodeOptions {
  /** Leaves special tokens such as `<|im_end|>` out; false by default. */
  readonly skipSpecialTokens?: boolean;
}

/** Text to token ids and back. */
export interface Tokenizer {
  /** One more than the greatest id; a model's embedding may be larger. */
  readonly vocabularySize: number;
  readonly specialIds: SpecialIds;
  /** Ids of the text; special and added tokens written out in it are recognized, none are put around it. */
  encode(text: string): number[];
  /**
   * Text of the ids; bytes that are not UTF-8 become U+FFFD. Ids without a token (the unused rows of a larger embedding) add nothing, as in
   * Python. Throws `invalid_tokenizer` for what cannot be an id.
   */
  decode(ids: readonly number[], options?: DecodeOptions): string;
  /** The id of one token by its spelling in the vocabulary. Throws `invalid_tokenizer` where it is not a token. */
  tokenId(token: string): number;
  /** Renders the checkpoint's chat template. Throws `invalid_tokenizer` where it has none. */
  applyChatTemplate(messages: readonly ChatMessage[], options: ChatTemplateOptions): string;
}

/** Reads `tokenizer.json`, `tokenizer_config.json` and `chat_template.jinja` of a folder. Throws `invalid_tokenizer`. */
export async function loadTokenizer(folder: string): Promise<Tokenizer> {
  return createTokenizer(await readTokenizerFiles(folder));
}

/** Makes a tokenizer of what is in its files. Throws `invalid_tokenizer` where one of Qwen's special tokens is missing. */
export function createTokenizer({ tokenizer: json, config, chatTemplate }: TokenizerFiles): Tokenizer {
  const ids = tokenIds(json);
  const tokenId = (token: string): number => ids.get(token) ?? unknownToken(token, ids.size);
  const { imStart, imEnd, imagePad, visionStart, visionEnd, endOfText } = SPECIAL_TOKENS;
  const render = chatTemplate === undefined ? noChatTemplate : compileChatTemplate(chatTemplate, templateVariables(config));
  return {
    vocabularySize: [...ids.values()].reduce((greatest, id) => Math.max(greatest, id), -1) + 1,
    specialIds: {
      imStart: tokenId(imStart),
      imEnd: tokenId(imEnd),
      imagePad: tokenId(imagePad),
      visionStart: tokenId(visionStart),
      visionEnd: tokenId(visionEnd),
      endOfText: tokenId(endOfText),
    },
    encode: limited(createEncoder(json, config)),
    decode: createDecoder(json),
    tokenId,
    applyChatTemplate: render,
  };
}

/** Splitting by a regular expression that came with the tokenizer can backtrack without end. */
function limited(encode: (text: string) => number[]): (text: string) => number[] {
  return (text) => {
    const milliseconds = ENCODE_MILLISECONDS + text.length;
    const what = `a text of ${text.length} characters was still being encoded. The regular expression in pre_tokenizer of tokenizer.json backtracks: take the file of the model.`;
    return withTimeLimit({ milliseconds, what }, () => encode(text));
  };
}

function tokenIds(json: TokenizerJson): ReadonlyMap<string, number> {
  return new Map([...Object.entries(json.model.vocab), ...json.added_tokens.map(({ content, id }) => [content, id] as const)]);
}

function createDecoder(json: TokenizerJson): Tokenizer['decode'] {
  const bytes = tokenBytes(json);
  const special = new Set(json.added_tokens.filter((token) => token.special).map(({ id }) => id));
  const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
  return (ids, { skipSpecialTokens = false } = {}) => {
    const kept = skipSpecialTokens ? ids.filter((id) => !special.has(id)) : ids;
    const pieces = kept.map((id) => bytes[id] ?? withoutToken(id));
    const joined = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
    let offset = 0;
    for (const piece of pieces) {
      joined.set(piece, offset);
      offset += piece.length;
    }
    return utf8.decode(joined);
  };
}

/** For each id, the bytes it stands for: a token of the byte-level alphabet byte by byte, any other (an added one) as it is written. */
function tokenBytes(json: TokenizerJson): readonly (Uint8Array | undefined)[] {
  const byteOf = new Map(BYTE_ALPHABET.map((character, byte) => [character, byte]));
  const utf8 = new TextEncoder();
  const table: (Uint8Array | undefined)[] = [];
  for (const [token, id] of tokenIds(json)) {
    const bytes = Array.from(token, (character) => byteOf.get(character));
    table[id] = bytes.every((byte) => byte !== undefined) ? Uint8Array.from(bytes) : utf8.encode(token);
  }
  return table;
}

/** The special tokens that a chat template may name: a string, or an object with the string as its `content`. */
function templateVariables(config: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config as Record<string, unknown>).flatMap(([name, value]) => {
      if (!name.endsWith('_token')) return [];
      const content: unknown = typeof value === 'object' && value !== null && 'content' in value ? value.content : value;
      return typeof content === 'string' ? [[name, content]] : [];
    }),
  );
}

function unknownToken(token: string, size: number): never {
  throw new TrainerError(
    'invalid_tokenizer',
    `"${token}" is none of the ${size} tokens of this vocabulary; a Qwen2.5-VL vocabulary is needed (with its vision and chat tokens), and ` +
      'a word with a space before it is spelled with "\u0120"',
  );
}

function withoutToken(id: number): Uint8Array {
  if (Number.isInteger(id) && id >= 0) return new Uint8Array(0);
  throw new TrainerError(
    'invalid_tokenizer',
    `${id} is no token id; ids are whole numbers from 0: check the sampler or the padding that made it`,
  );
}

function noChatTemplate(): never {
  throw new TrainerError(
    'invalid_tokenizer',
    'the tokenizer folder has no chat template; put chat_template into tokenizer_config.json or add chat_template.jinja',
  );
}
