// Makes a byte-level BPE vocabulary from text, in the `tokenizer.json` format of Hugging Face.
// The most frequent pair is merged first, counted over pre-tokenized words; equal counts go in text order, so that the same corpus always
// gives the same file. Meant for small vocabularies: each merge looks through all pairs. Left out: normalizers, dropout, parallel counting.
import { SplitPreTokenizer } from '@huggingface/tokenizers';
import { TrainerError } from '../errors.ts';
import { escapeAlternatives } from './escape-alternatives.ts';
import { BYTE_ALPHABET, toByteAlphabet } from './byte-alphabet.ts';
import { learnMerges } from './learn-merges.ts';
import { SPECIAL_TOKENS } from './special-tokens.ts';
import type { TokenizerJson } from './tokenizer-files.ts';

/**
 * Words, numbers of at most two digits and runs of punctuation, each with at most one space before it; line breaks; other white space.
 * Every character falls into one of them.
 */
export const DEFAULT_SPLIT_PATTERN = String.raw` ?\p{L}+| ?\p{N}{1,2}| ?[^\s\p{L}\p{N}]+|\s*[\r\n]+|\s+(?!\S)|\s+`;

/** What a vocabulary is made from. */
export interface TrainBpeOptions {
  /** Texts; one that matters more may come more often. */
  readonly corpus: Iterable<string>;
  /** At most this many ids: 256 bytes, merges, special and added tokens together. */
  readonly vocabularySize: number;
  /** Where words begin and end, in the regular expressions that JavaScript and Oniguruma share; by default `DEFAULT_SPLIT_PATTERN`. */
  readonly splitPattern?: string;
  /** Tokens that `decode` can leave out; by default those of Qwen2.5-VL. */
  readonly specialTokens?: readonly string[];
  /** Ordinary text that is to be one token wherever it occurs, matched before words are split. */
  readonly addedTokens?: readonly string[];
}

/**
 * Learns a vocabulary. Ids: the 256 bytes in order of their characters, the merges, the special tokens, the added tokens.
 * It comes out smaller than asked where no pair occurs twice any more.
 * Throws `invalid_tokenizer` where `vocabularySize` leaves no room for bytes and tokens, or a token is empty or named twice.
 */
export function trainByteLevelBpe(options: TrainBpeOptions): TokenizerJson {
  const { corpus, vocabularySize, splitPattern = DEFAULT_SPLIT_PATTERN } = options;
  const specialTokens = options.specialTokens ?? Object.values(SPECIAL_TOKENS);
  const addedTokens = options.addedTokens ?? [];
  checkTokens([...specialTokens, ...addedTokens], vocabularySize);
  const words = countWords(corpus, { splitPattern, atomicTokens: [...specialTokens, ...addedTokens] });
  const mergeCount = vocabularySize - BYTE_ALPHABET.length - specialTokens.length - addedTokens.length;
  const merges = learnMerges(words, mergeCount);
  const tokens = [...new Set([...BYTE_ALPHABET.toSorted(), ...merges.map(([left, right]) => left + right)])];
  const added = [
    ...specialTokens.map((content) => ({ content, special: true })),
    ...addedTokens.map((content) => ({ content, special: false })),
  ];
  return {
    version: '1.0',
    added_tokens: added.map(({ content, special }, index) => ({
      id: tokens.length + index,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special,
    })),
    ...fixedParts(splitPattern),
    model: bpeModel(tokens, merges),
  };
}

function bpeModel(tokens: readonly string[], merges: [string, string][]): TokenizerJson['model'] & Record<string, unknown> {
  return {
    type: 'BPE',
    dropout: null,
    unk_token: null,
    continuing_subword_prefix: '',
    end_of_word_suffix: '',
    fuse_unk: false,
    byte_fallback: false,
    ignore_merges: false,
    vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
    merges,
  };
}

function fixedParts(
  splitPattern: string,
): Pick<TokenizerJson, 'normalizer' | 'pre_tokenizer' | 'post_processor' | 'decoder'> & Record<string, unknown> {
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false } as const;
  return {
    truncation: null,
    padding: null,
    normalizer: null,
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [{ type: 'Split', pattern: { Regex: splitPattern }, behavior: 'Isolated', invert: false }, byteLevel],
    },
    post_processor: null,
    decoder: byteLevel,
  };
}

interface WordRules {
  readonly splitPattern: string;
  /** Texts that are tokens of their own, and never part of a word. */
  readonly atomicTokens: readonly string[];
}

/** How often each word occurs, in the byte-level alphabet. */
function countWords(corpus: Iterable<string>, { splitPattern, atomicTokens }: WordRules): Map<string, number> {
  const splitter = new SplitPreTokenizer({ type: 'Split', pattern: { Regex: splitPattern }, behavior: 'Isolated', invert: false });
  const atomic = new RegExp(escapeAlternatives(atomicTokens), 'u');
  const counts = new Map<string, number>();
  for (const text of corpus) {
    for (const section of text.split(atomic)) {
      if (section === '') continue;
      for (const word of splitter.pre_tokenize_text(section)) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  return new Map([...counts].map(([word, count]) => [toByteAlphabet(word), count]));
}

function checkTokens(tokens: readonly string[], vocabularySize: number): void {
  const needed = BYTE_ALPHABET.length + tokens.length;
  if (!Number.isInteger(vocabularySize) || vocabularySize < needed) {
    throw new TrainerError(
      'invalid_tokenizer',
      `a vocabulary of ${vocabularySize} ids has no room for 256 bytes and ${tokens.length} special and added tokens; ask for at least ${needed}`,
    );
  }
  const twice = tokens.find((token, index) => token === '' || tokens.indexOf(token) !== index);
  if (twice === undefined) return;
  throw new TrainerError('invalid_tokenizer', `the special or added token "${twice}" is empty or named twice; name each token once`);
}
