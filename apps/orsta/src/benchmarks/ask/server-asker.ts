/** Asks a server that speaks OpenAI's chat completions, such as vLLM, SGLang, llama.cpp or `transformers serve`. One request a question, `slots` at a time. */
import { OrstaError } from '../../errors.ts';
import { isRecord } from '../../is-record.ts';
import { shown } from '../read-rows.ts';
import { AskError, type Answer, type Asker, type AskRequest, type GenerationSettings } from './asker.ts';
import { imageBytes, mediaType, promptParts } from './prompt-parts.ts';

/** Where the server is. */
export interface ServerOptions {
  /** Such as `http://127.0.0.1:8000/v1`. */
  readonly url: string;
  readonly model: string;
  readonly apiKey?: string;
  readonly slots: number;
  /** Longest wait for one answer. */
  readonly timeoutMs: number;
  readonly settings: GenerationSettings;
}

/** An asker for a server. */
export function serverAsker(options: ServerOptions): Asker {
  return {
    model: options.model,
    batchSize: 1,
    slots: options.slots,
    ask: (requests, signal) => Promise.all(requests.map((request) => askServer(request, options, signal))),
    close: () => Promise.resolve(),
  };
}

async function askServer(request: AskRequest, options: ServerOptions, signal: AbortSignal): Promise<Answer> {
  const { settings } = options;
  const body = {
    model: options.model,
    messages: [{ role: 'user', content: await contentOf(request) }],
    max_tokens: settings.maxNewTokens,
    temperature: settings.temperature,
    seed: settings.seed + request.attempt,
  };
  const response = await post(`${options.url.replace(/\/$/, '')}/chat/completions`, { body, options, signal });
  const text = await response.text().catch((cause: unknown) => {
    throw new AskError(`The server broke off its answer to ${request.id}.`, { cause });
  });
  if (!response.ok) throw refusal(response, text, request);
  return parseCompletion(text, request);
}

async function post(url: string, given: { body: unknown; options: ServerOptions; signal: AbortSignal }): Promise<Response> {
  const { apiKey, timeoutMs } = given.options;
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }) },
      body: JSON.stringify(given.body),
      signal: AbortSignal.any([given.signal, AbortSignal.timeout(timeoutMs)]),
    });
  } catch (cause) {
    given.signal.throwIfAborted();
    throw new AskError(`${url} does not answer: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

async function contentOf({ prompt, images }: AskRequest): Promise<unknown[]> {
  return Promise.all(
    promptParts(prompt, images).map(async (part) => {
      if ('text' in part) return { type: 'text', text: part.text };
      const bytes = await imageBytes(part.image);
      return { type: 'image_url', image_url: { url: `data:${mediaType(bytes)};base64,${Buffer.from(bytes).toString('base64')}` } };
    }),
  );
}

/** A busy or broken server may be asked again; a request that it does not take may not. */
function refusal(response: Response, text: string, { id }: AskRequest): Error {
  const message = `The server answered ${String(response.status)} to ${id}: ${text.slice(0, 300)}`;
  const after = Number(response.headers.get('retry-after') ?? NaN);
  if (response.status === 429 || response.status === 408 || response.status >= 500)
    return new AskError(message, Number.isFinite(after) ? { retryAfter: after * 1000 } : {});
  return new OrstaError('evaluation_failed', message);
}

function parseCompletion(text: string, { id }: AskRequest): Answer {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new AskError(`The server's answer to ${id} is no JSON: ${text.slice(0, 100)}`, { cause });
  }
  const choices = isRecord(json) && Array.isArray(json['choices']) ? (json['choices'] as unknown[]) : [];
  const [choice] = choices;
  const message = isRecord(choice) ? choice['message'] : undefined;
  // A model that stops at once has no content, and some servers write null for that.
  const content = isRecord(message) ? (message['content'] === null ? '' : message['content']) : undefined;
  if (!isRecord(json) || typeof content !== 'string')
    throw new OrstaError('evaluation_failed', `The server's answer to ${id} has no choices[0].message.content: ${shown(json)}`);
  const usage = isRecord(json['usage']) ? json['usage'] : {};
  return { response: content, promptTokens: countOf(usage['prompt_tokens']), completionTokens: countOf(usage['completion_tokens']) };
}

/** Servers may leave counts out; what is not counted adds nothing. */
function countOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}
