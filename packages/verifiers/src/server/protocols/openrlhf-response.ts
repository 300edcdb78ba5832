/**
 * What the model wrote, cut out of OpenRLHF's `query`. That is prompt and response decoded together with their special tokens; the
 * image placeholders in it are expanded, so that the prompt of a vision-language model is no prefix of it. Left out: cutting a
 * conversation of several turns into its turns; everything after the prompt is one response.
 */

import { at } from '@vtriune/format/at';

// ChatML (Qwen and many others), Llama 3, Gemma.
const HEADERS: readonly string[] = [
  '<|im_start|>assistant\n',
  '<|start_header_id|>assistant<|end_header_id|>\n\n',
  '<start_of_turn>model\n',
];

const ENDS: readonly string[] = [
  '<|im_end|>',
  '<|endoftext|>',
  '<|eot_id|>',
  '<|eom_id|>',
  '<|end_of_text|>',
  '<|finetune_right_pad_id|>',
  '<end_of_turn>',
  '<eos>',
  '<pad>',
  '</s>',
];

/**
 * The response without the end-of-turn tokens after it. What follows the prompt, where the query starts with it; otherwise what
 * follows the assistant header; otherwise the whole query.
 */
export function responseIn(query: string, prompt: string): string {
  return withoutEnds(afterPrompt(query, prompt));
}

function afterPrompt(query: string, prompt: string): string {
  const header = HEADERS.find((candidate) => query.includes(candidate));
  if (prompt !== '' && query.startsWith(prompt)) {
    const rest = query.slice(prompt.length);
    return header !== undefined && !prompt.includes(header) && rest.startsWith(header) ? rest.slice(header.length) : rest;
  }
  return header === undefined ? query : afterHeader(query, prompt, header);
}

// Headers are counted in the prompt, so that one that the model writes itself does not cut off what it wrote before.
function afterHeader(query: string, prompt: string, header: string): string {
  const parts = prompt.split(header);
  const turns = parts.length - 1;
  const start = turns === 0 ? query.lastIndexOf(header) : positionOf(query, header, turns);
  const response = query.slice(start + header.length);
  // A template may open the model's turn, for example with <think>: that is prompt too.
  const opening = turns === 0 ? '' : at(parts, parts.length - 1);
  return response.startsWith(opening) ? response.slice(opening.length) : response;
}

function positionOf(text: string, part: string, occurrence: number): number {
  let at = text.indexOf(part);
  for (let count = 1; count < occurrence; count++) {
    const next = text.indexOf(part, at + part.length);
    if (next < 0) return at;
    at = next;
  }
  return at;
}

function withoutEnds(text: string): string {
  let rest = text;
  for (;;) {
    const trimmed = rest.trimEnd();
    const end = ENDS.find((token) => trimmed.endsWith(token));
    if (end === undefined) return rest;
    rest = trimmed.slice(0, -end.length);
  }
}
