import { fileURLToPath } from 'node:url';
import { Tokenizer as LibraryTokenizer } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTokenizerFiles } from './tokenizer-files.ts';
import type { TokenizerJson } from './tokenizer-files.ts';
import { createEncoder } from './create-encoder.ts';

const fixtures = fileURLToPath(new URL('../../test/fixtures/tokenizer/', import.meta.url));
const nano = await readTokenizerFiles(`${fixtures}nano`);
const qwenStyle = await readTokenizerFiles(`${fixtures}qwen-style`);

/** Qwen's own file has only added tokens that are matched before normalizing. */
const plainQwen: TokenizerJson = {
  ...qwenStyle.tokenizer,
  added_tokens: qwenStyle.tokenizer.added_tokens.map((token) => ({ ...token, normalized: false })),
};
const shapes: [string, TokenizerJson][] = [
  ['nano', nano.tokenizer],
  ['Qwen', plainQwen],
  ['tokens matched after normalizing', qwenStyle.tokenizer],
  [
    'tokens that strip',
    { ...nano.tokenizer, added_tokens: nano.tokenizer.added_tokens.map((token) => ({ ...token, lstrip: true, rstrip: true })) },
  ],
  ['another pre-tokenizer', { ...nano.tokenizer, pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, use_regex: true } }],
];

describe.each(shapes)('createEncoder: %s', (_, json) => {
  it('agrees with the library on any text', () => {
    const encode = createEncoder(json, nano.config);
    const library = new LibraryTokenizer(json, nano.config);
    const piece = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.constantFrom(' ', '\n', '  ', '12', ' 12', 'How many', 'e\u0301', '>\u0338', ...json.added_tokens.map(({ content }) => content)),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = pieces.join('');
        expect(encode(text)).toEqual(library.encode(text, { add_special_tokens: false }).ids);
      }),
      { numRuns: 200 },
    );
  });
});
