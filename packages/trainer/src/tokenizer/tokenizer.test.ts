import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { TrainerError } from '../errors.ts';
import type { ChatMessage } from './chat.ts';
import { loadTokenizer } from './tokenizer.ts';
import type { Tokenizer } from './tokenizer.ts';

interface Golden {
  size: number;
  eos: number;
  pad: number;
  texts: { text: string; ids: number[]; decoded: string; decoded_without_special: string }[];
  cut: { ids: number[]; decoded: string }[];
  chats: { messages: ChatMessage[]; add_generation_prompt: boolean; text: string }[];
}

const fixtures = fileURLToPath(new URL('../../test/fixtures/tokenizer/', import.meta.url));
const goldens: Record<'nano' | 'qwen-style', Golden> = JSON.parse(readFileSync(`${fixtures}goldens.json`, 'utf8'));

describe.each(['nano', 'qwen-style'] as const)('the %s tokenizer against Python', (name) => {
  const golden = goldens[name];
  let tokenizer: Tokenizer;
  beforeAll(async () => {
    tokenizer = await loadTokenizer(fixtures + name);
  });

  it.each(golden.texts)('encodes $text', ({ text, ids }) => {
    expect(tokenizer.encode(text)).toEqual(ids);
  });

  it.each(golden.texts)('decodes $text', ({ ids, decoded, decoded_without_special: plain }) => {
    expect(tokenizer.decode(ids)).toBe(decoded);
    expect(tokenizer.decode(ids, { skipSpecialTokens: true })).toBe(plain);
  });

  it('replaces bytes that are not UTF-8 as Python does', () => {
    for (const { ids, decoded } of golden.cut) expect(tokenizer.decode(ids)).toBe(decoded);
  });

  it.each(golden.chats)('renders the chat template, case %#', ({ messages, add_generation_prompt: addGenerationPrompt, text }) => {
    expect(tokenizer.applyChatTemplate(messages, { addGenerationPrompt })).toBe(text);
  });

  it('has the ids of the special tokens and the size of the vocabulary', () => {
    expect(tokenizer.vocabularySize).toBe(golden.size);
    expect(tokenizer.specialIds.imEnd).toBe(golden.eos);
    expect(tokenizer.specialIds.endOfText).toBe(golden.pad);
    expect(tokenizer.tokenId('<|image_pad|>')).toBe(tokenizer.specialIds.imagePad);
  });
});

describe('the nano tokenizer', () => {
  let tokenizer: Tokenizer;
  beforeAll(async () => {
    tokenizer = await loadTokenizer(`${fixtures}nano`);
  });

  it('has one token for each number of at most two digits, with and without a space before it', () => {
    for (let number = 0; number < 100; number++) {
      expect(tokenizer.encode(`${number}`)).toHaveLength(1);
      expect(tokenizer.encode(` ${number}`)).toHaveLength(1);
    }
  });

  it('gives back any text that it encoded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  it('adds nothing for the unused rows of a larger embedding, and refuses what is no id', () => {
    expect(tokenizer.decode([tokenizer.tokenId('c'), 100_000])).toBe('c');
    expect(() => tokenizer.decode([-1])).toThrow(TrainerError);
    expect(() => tokenizer.decode([0.5])).toThrow(/no token id/);
  });

  it('teaches how to spell a token it does not have', () => {
    expect(() => tokenizer.tokenId('no such token')).toThrow(/none of the 608 tokens/);
  });
});

it('says which file a folder lacks', async () => {
  await expect(loadTokenizer('/no/such/folder')).rejects.toThrow(/tokenizer\.json|tokenizer_config\.json/);
});
