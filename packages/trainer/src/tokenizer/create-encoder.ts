// Encoding, with a memory of words.
// The library walks over every byte of every word on each call; texts here repeat the same few thousand words all the time. So words are
// looked up, and only new ones go through the library's model. This holds for the shape of tokenizer that Qwen has (see `isPlain`); any other
// goes through the library whole.
import { SplitPreTokenizer, Tokenizer as LibraryTokenizer } from '@huggingface/tokenizers';
import { Ajv } from 'ajv';
import { type Static, Type } from 'typebox';
import { escapeAlternatives } from './escape-alternatives.ts';
import { toByteAlphabet } from './byte-alphabet.ts';
import type { TokenizerConfig, TokenizerJson } from './tokenizer-files.ts';

const MOST_WORDS = 50_000;

/** Words by a regular expression, then bytes: the only pre-tokenizer whose words can be looked up. */
const WordsThenBytes = Type.Object({
  type: Type.Literal('Sequence'),
  pretokenizers: Type.Array(Type.Object({ type: Type.String() })),
});
const Words = Type.Object({
  type: Type.Literal('Split'),
  pattern: Type.Object({ Regex: Type.String() }),
  behavior: Type.Literal('Isolated'),
  invert: Type.Literal(false),
});
const Bytes = Type.Object({ type: Type.Literal('ByteLevel'), add_prefix_space: Type.Literal(false), use_regex: Type.Literal(false) });
type Words = Static<typeof Words>;

const ajv = new Ajv();
const isWordsThenBytes = ajv.compile<Static<typeof WordsThenBytes>>(WordsThenBytes);
const isWords = ajv.compile<Words>(Words);
const isBytes = ajv.compile(Bytes);

/** A function from text to ids, equal to the library's `encode` without special tokens around the text. */
export function createEncoder(json: TokenizerJson, config: TokenizerConfig): (text: string) => number[] {
  const library = new LibraryTokenizer(json, config);
  const words = isPlain(json) ? wordsOf(json) : undefined;
  if (!words) return (text) => library.encode(text, { add_special_tokens: false }).ids;
  const lookUp = createWordLookUp(json, library);
  const splitter = new SplitPreTokenizer(words);
  const tokens = new Map(json.added_tokens.map(({ content, id }) => [content, id]));
  const atToken = new RegExp(`(${escapeAlternatives([...tokens.keys()])})`, 'u');
  return (text) => {
    const ids: number[] = [];
    for (const [index, section] of text.split(atToken).entries()) {
      const token = index % 2 === 1 ? tokens.get(section) : undefined;
      if (token !== undefined) ids.push(token);
      else if (section !== '') for (const word of splitter.pre_tokenize_text(normalize(section, library))) ids.push(...lookUp(word));
    }
    return ids;
  };
}

/** Whether added tokens are matched in the text as it is, and nothing around them is touched. */
function isPlain(json: TokenizerJson): boolean {
  return json.added_tokens.every(
    (token) => !token.single_word && !token.lstrip && !token.rstrip && (json.normalizer === null || !(token.normalized ?? !token.special)),
  );
}

function wordsOf({ pre_tokenizer: preTokenizer }: TokenizerJson): Words | undefined {
  if (!isWordsThenBytes(preTokenizer) || preTokenizer.pretokenizers.length !== 2) return undefined;
  const [words, bytes]: unknown[] = preTokenizer.pretokenizers;
  return isWords(words) && isBytes(bytes) ? words : undefined;
}

function normalize(text: string, { normalizer }: LibraryTokenizer): string {
  return normalizer === null ? text : normalizer.normalize(text);
}

function createWordLookUp(json: TokenizerJson, { model }: LibraryTokenizer): (word: string) => readonly number[] {
  const vocabulary = new Map(Object.entries(json.model.vocab));
  const known = new Map<string, readonly number[]>();
  return (word) => {
    const remembered = known.get(word);
    if (remembered) return remembered;
    const ids = (model?.encode([toByteAlphabet(word)]) ?? []).flatMap((token) => vocabulary.get(token) ?? []);
    if (known.size >= MOST_WORDS) known.clear();
    known.set(word, ids);
    return ids;
  };
}
