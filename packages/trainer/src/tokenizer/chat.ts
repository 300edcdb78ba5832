// Conversations as text: messages with `<image>` marks, turned into the parts that chat templates know, and the templates themselves.
// Left out: tools, video, and templates' other variables beyond the special tokens.
import { Template } from '@huggingface/jinja';
import { TrainerError } from '../errors.ts';
import { withTimeLimit } from './time-limit.ts';

/** A piece of a message: text, or the place of the next image. */
export type ContentPart = { readonly type: 'text'; readonly text: string } | { readonly type: 'image' };

/** One turn of a conversation. Text may hold `<image>` marks, each the place of the next image. */
export interface ChatMessage {
  readonly role: string;
  readonly content: string | readonly ContentPart[];
}

const IMAGE_MARK = '<image>';
/** Rendering takes less than a millisecond for ordinary templates. */
const RENDER_MILLISECONDS = 5000;

/**
 * A chat template for vision-language models of our own wording: the turns and vision tags of Qwen2.5-VL, but no system prompt that
 * nobody asked for, which a small model could not afford.
 */
export const CHAT_TEMPLATE = [
  "{%- for message in messages %}{{- '<|im_start|>' + message['role'] + '\\n' }}",
  "{%- if message['content'] is string %}{{- message['content'] }}",
  "{%- else %}{%- for part in message['content'] %}",
  "{%- if part['type'] == 'image' %}{{- '<|vision_start|><|image_pad|><|vision_end|>' }}",
  "{%- elif part['type'] == 'video' %}{{- '<|vision_start|><|video_pad|><|vision_end|>' }}",
  "{%- else %}{{- part['text'] }}{%- endif %}{%- endfor %}{%- endif %}",
  "{{- '<|im_end|>\\n' }}{%- endfor %}",
  "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}",
].join('\n');

/** Splits text at its `<image>` marks; parts are given back as they are, but for marks inside their text. Empty texts are left out. */
export function toParts(content: ChatMessage['content']): ContentPart[] {
  if (typeof content !== 'string') return content.flatMap((part) => (part.type === 'text' ? toParts(part.text) : [part]));
  return content.split(IMAGE_MARK).flatMap((text, index): ContentPart[] => {
    const image: ContentPart[] = index === 0 ? [] : [{ type: 'image' }];
    return text === '' ? image : [...image, { type: 'text', text }];
  });
}

/** What a chat template is rendered with. */
export interface ChatTemplateOptions {
  /** Whether the text ends with the opening of the assistant's turn. */
  readonly addGenerationPrompt: boolean;
}

/** A compiled chat template. */
export type ChatRenderer = (messages: readonly ChatMessage[], options: ChatTemplateOptions) => string;

/**
 * Compiles a Jinja chat template; `variables` (such as `eos_token`) are given to it with the messages. Line ends become `\n`, as in Python's
 * jinja2.
 */
export function compileChatTemplate(
  source: string,
  variables: Readonly<Record<string, unknown>> = {},
  milliseconds = RENDER_MILLISECONDS,
): ChatRenderer {
  const template = parseTemplate(source);
  const limit = {
    milliseconds,
    what: 'the chat template was still being rendered. It loops for too long: correct chat_template.jinja, or take the one of the model.',
  };
  return (messages, { addGenerationPrompt }) => {
    const turns = messages.map(({ role, content }) => ({ role, content: templateContent(content) }));
    try {
      return withTimeLimit(limit, () => template.render({ ...variables, messages: turns, add_generation_prompt: addGenerationPrompt }));
    } catch (error) {
      if (error instanceof TrainerError) throw error;
      throw new TrainerError(
        'invalid_tokenizer',
        `the chat template could not be rendered for roles [${messages.map(({ role }) => role).join(', ')}] (${reasonOf(error)}); ` +
          'check that it accepts these roles and image parts',
        { cause: error },
      );
    }
  };
}

function parseTemplate(source: string): Template {
  try {
    return new Template(source.replace(/\r\n?/g, '\n'));
  } catch (error) {
    throw new TrainerError(
      'invalid_tokenizer',
      `the chat template is not valid Jinja (${reasonOf(error)}); correct chat_template.jinja or chat_template`,
      {
        cause: error,
      },
    );
  }
}

/** Plain text stays text, because templates of text models know nothing else. */
function templateContent(content: ChatMessage['content']): string | ContentPart[] {
  const parts = toParts(content);
  return typeof content === 'string' && parts.every(({ type }) => type === 'text') ? content : parts;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
