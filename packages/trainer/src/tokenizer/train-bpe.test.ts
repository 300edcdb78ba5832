import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ADDED_TOKENS, makeCorpus } from '../../test/fixtures/tokenizer/corpus.ts';
import { SPECIAL_TOKENS } from './special-tokens.ts';
import { createTokenizer } from './tokenizer.ts';
import type { Tokenizer } from './tokenizer.ts';
import { DEFAULT_SPLIT_PATTERN, trainByteLevelBpe } from './train-bpe.ts';
import type { TrainBpeOptions } from './train-bpe.ts';

function train(options: TrainBpeOptions): Tokenizer {
  return createTokenizer({ tokenizer: trainByteLevelBpe(options), config: {}, chatTemplate: undefined });
}

describe('trainByteLevelBpe', () => {
  it('makes the same file from the same corpus, the one that Python has read', () => {
    const file = new URL('../../test/fixtures/tokenizer/nano/tokenizer.json', import.meta.url);
    const trained = trainByteLevelBpe({ corpus: makeCorpus(), vocabularySize: 700, addedTokens: ADDED_TOKENS });
    expect(JSON.parse(JSON.stringify(trained))).toEqual(JSON.parse(readFileSync(file, 'utf8')));
  });

  it('gives ids to bytes, merges, special and added tokens in this order, never more than asked', () => {
    const json = trainByteLevelBpe({ corpus: makeCorpus(), vocabularySize: 300, addedTokens: ['\\boxed{'] });
    expect(Object.keys(json.model.vocab)).toHaveLength(300 - 8);
    expect(json.added_tokens.map(({ id }) => id)).toEqual([292, 293, 294, 295, 296, 297, 298, 299]);
    expect(json.added_tokens.at(-1)).toMatchObject({ content: '\\boxed{', special: false });
    expect(json.added_tokens[0]).toMatchObject({ content: SPECIAL_TOKENS.endOfText, special: true });
  });

  it('never merges across words or added tokens', () => {
    const tokenizer = train({ corpus: ['ab<>cd ab<>cd ab<>cd', 'ab<>cd'], vocabularySize: 280, addedTokens: ['<>'] });
    expect(tokenizer.encode('ab<>cd ab').map((id) => tokenizer.decode([id]))).toEqual(['ab', '<>', 'cd', ' ab']);
  });

  it('prefers the longest added token', () => {
    const tokenizer = train({ corpus: [], vocabularySize: 265, addedTokens: ['ab', 'abc'] });
    expect(tokenizer.encode('ababc')).toEqual([263, 264]);
  });

  it('works without special and added tokens', () => {
    const json = trainByteLevelBpe({ corpus: ['aa aa'], vocabularySize: 257, specialTokens: [] });
    expect(json.added_tokens).toEqual([]);
    expect(json.model.merges).toEqual([['a', 'a']]);
  });

  it('refuses a vocabulary that is too small, and tokens named twice', () => {
    expect(() => trainByteLevelBpe({ corpus: [], vocabularySize: 200 })).toThrow(/ask for at least 263/);
    expect(() => trainByteLevelBpe({ corpus: [], vocabularySize: 300, addedTokens: ['x', 'x'] })).toThrow(/"x" is empty or named twice/);
  });
});

describe('DEFAULT_SPLIT_PATTERN', () => {
  it('loses no character and keeps numbers to two digits', () => {
    const text = ' a  b\n\n c\t 12 3456 x=7, «ü»!?\r\n   ';
    const words = text.match(new RegExp(DEFAULT_SPLIT_PATTERN, 'gu')) ?? [];
    expect(words.join('')).toBe(text);
    expect(words.filter((word) => /\d/.test(word))).toEqual([' 12', ' 34', '56', '7']);
  });
});
