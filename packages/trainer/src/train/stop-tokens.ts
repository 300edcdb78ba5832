import type { Processor } from '../processor/processor.ts';

/** Tokens that end a response: the end of the turn, the end of the text, and what `generation_config.json` adds to them. */
export function stopTokens({ tokenizer, generation }: Processor): number[] {
  return [...new Set([tokenizer.specialIds.imEnd, tokenizer.specialIds.endOfText, ...generation.stopTokenIds])];
}
