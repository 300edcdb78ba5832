// The chat of a trainer's row as messages with `<image>` marks.
import { isRecord } from '../is-record.ts';
import { IMAGE_MARK, type PromptMessage } from '../sample.ts';
import { wrong } from './row-fields.ts';

/** Messages from a text, from `{ role, content }` with content as text or in parts, or from `{ from, value }`. Throws FormatError. */
export function messagesOf(prompt: unknown, pointer: string, location: string): PromptMessage[] {
  if (typeof prompt === 'string') return [{ role: 'user', content: prompt }];
  if (Array.isArray(prompt) && prompt.length > 0) return prompt.map((message) => messageOf(message, pointer, location));
  throw wrong([pointer.slice(1)], prompt, { allowed: 'a text, or a list of messages', location });
}

/** The messages with a mark for every image in the first message of the user, where no message has one. */
export function withMarks(messages: readonly PromptMessage[], images: number): PromptMessage[] {
  if (images === 0 || messages.some(({ content }) => content.includes(IMAGE_MARK))) return [...messages];
  const first = messages.findIndex(({ role }) => role === 'user');
  return messages.map((message, index) =>
    index === first ? { ...message, content: `${`${IMAGE_MARK}\n`.repeat(images)}${message.content}` } : message,
  );
}

const ROLES: Readonly<Record<string, PromptMessage['role']>> = {
  system: 'system',
  user: 'user',
  human: 'user',
  assistant: 'assistant',
  gpt: 'assistant',
};

function messageOf(message: unknown, pointer: string, location: string): PromptMessage {
  const role = isRecord(message) ? ROLES[String(message['role'] ?? message['from'])] : undefined;
  const content = isRecord(message) ? contentOf(message['content'] ?? message['value']) : undefined;
  if (role !== undefined && content !== undefined) return { role, content };
  const allowed = `{ role, content } with one of the roles ${Object.keys(ROLES).join(', ')}`;
  throw wrong([pointer.slice(1)], message, { allowed, location });
}

function contentOf(content: unknown): string | undefined {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return undefined;
  const parts = content.map((part: unknown) => {
    if (typeof part === 'string') return part;
    if (!isRecord(part)) return undefined;
    if (part['type'] === 'image' || part['type'] === 'image_url') return IMAGE_MARK;
    return typeof part['text'] === 'string' ? part['text'] : undefined;
  });
  return parts.every((part) => part !== undefined) ? parts.join('') : undefined;
}
