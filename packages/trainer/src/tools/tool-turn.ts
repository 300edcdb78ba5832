import { at } from '@vtriune/format/at';
import type { ImageInput } from '../data/packed-row.ts';
import { splitPatches } from '../data/prepare-prompt.ts';
import { TrainerError } from '../errors.ts';
import type { Processor } from '../processor/processor.ts';
import type { RgbImage } from '../processor/rgb-image.ts';
import type { ContentPart } from '../tokenizer/chat.ts';
import type { ToolPart, ToolResult } from './tool.ts';

/** What tools answered to one turn of the policy. The policy reads it and is not trained on it. */
export interface ToolTurn {
  /** Tokens that the policy had written before it. */
  readonly after: number;
  /** With what the chat template puts around them, up to where the policy goes on. */
  readonly tokenIds: readonly number[];
  readonly images: readonly ImageInput[];
  /** The images as they can be looked at, in the same order. */
  readonly pictures: readonly RgbImage[];
  /** The answers as text, an image as `<image>`. */
  readonly text: string;
  readonly calls: number;
  /** How many of the calls got an error. */
  readonly errors: number;
}

/**
 * Writes answers as a turn of the user, each between `<tool_response>` and `</tool_response>`: what the chat template of Qwen2.5 makes of the role
 * `tool`, and what DeepEyes sends. Marks of images and control tokens in the text of a tool lose their meaning: `<|im_end|>` becomes `< |im_end|>`.
 */
export function toolTurn(processor: Processor, answers: readonly ToolResult[], after: number): ToolTurn {
  const parts = answers.flatMap((answer, index) => [
    ...opening(index === 0 ? '<tool_response>\n' : '\n<tool_response>\n'),
    ...partsOf(answer),
    ...opening('\n</tool_response>'),
  ]);
  const pictures = parts.flatMap((part) => (part.type === 'image' ? [part.image] : []));
  const content = joined(parts);
  const question = { role: 'user', content: 'question' };
  const { tokenIds, patches, grids } = processor.process({
    messages: [question, { role: 'assistant', content: 'answer' }, { role: 'user', content }],
    images: pictures,
    addGenerationPrompt: true,
  });
  return {
    after,
    tokenIds: afterAnswer(tokenIds, processor),
    images: splitPatches(patches, grids),
    pictures,
    text: content.map((part) => (part.type === 'text' ? part.text : '<image>')).join(''),
    calls: answers.length,
    errors: answers.filter((answer) => 'error' in answer).length,
  };
}

/** What comes after the end of the assistant's turn, which the policy has written itself. */
function afterAnswer(tokenIds: readonly number[], { tokenizer }: Processor): number[] {
  const { imEnd } = tokenizer.specialIds;
  const ends = tokenIds.flatMap((id, index) => (id === imEnd ? [index] : []));
  if (ends.length < 3)
    throw new TrainerError(
      'invalid_tokenizer',
      'The chat template does not end each turn with <|im_end|>, so that no turn of a tool can be put after a response. Use the chat template of the model, or train without trainer.tools.',
    );
  return tokenIds.slice(at(ends, ends.length - 2) + 1);
}

function opening(text: string): ToolPart[] {
  return [{ type: 'text', text }];
}

function partsOf(answer: ToolResult): readonly ToolPart[] {
  const parts: readonly ToolPart[] = 'error' in answer ? [{ type: 'text', text: `Error: ${answer.error}` }] : answer.content;
  return parts.map((part) => (part.type === 'text' ? { type: 'text', text: withoutMarks(part.text) } : part));
}

function withoutMarks(text: string): string {
  return text.replaceAll('<|', '< |').replaceAll('<image>', '< image>').replaceAll('tool_response>', 'tool_response >');
}

function joined(parts: readonly ToolPart[]): ContentPart[] {
  return parts.map((part): ContentPart => (part.type === 'text' ? part : { type: 'image' }));
}
