/**
 * A server that speaks OpenAI's chat completions and answers as it is told: for tests of the client, and to measure how busy its slots are kept. It
 * counts what it is asked and can be slow, busy or broken on purpose.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';

/** What the server does with a request. */
export interface FakeReply {
  readonly status?: number;
  readonly text?: string;
  readonly delayMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Breaks the connection off in place of an answer. */
  readonly breakOff?: boolean;
}

/** A request as it came. */
export interface FakeRequest {
  readonly body: {
    readonly model: string;
    readonly messages: readonly { readonly content: readonly Record<string, unknown>[] }[];
    readonly seed: number;
  };
  /** Texts of the prompt, joined. */
  readonly prompt: string;
  readonly authorization: string | undefined;
}

/** A running server. */
export interface FakeServer {
  readonly url: string;
  readonly requests: readonly FakeRequest[];
  /** Most requests that were under way together. */
  mostAtOnce(): number;
  close(): Promise<void>;
}

/** Starts it on a free port of this machine. */
export async function startFakeServer(reply: (request: FakeRequest, count: number) => FakeReply): Promise<FakeServer> {
  const requests: FakeRequest[] = [];
  const load = { now: 0, most: 0 };
  const server = createServer((incoming, outgoing) => {
    load.now += 1;
    load.most = Math.max(load.most, load.now);
    outgoing.once('close', () => (load.now -= 1));
    void answer(incoming, outgoing, { requests, reply });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/v1`,
    requests,
    mostAtOnce: () => load.most,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { requests, reply }: { requests: FakeRequest[]; reply: (request: FakeRequest, count: number) => FakeReply },
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as FakeRequest['body'];
  const texts = body.messages.flatMap(({ content }) => content.map((part) => (typeof part['text'] === 'string' ? part['text'] : '')));
  const request = { body, prompt: texts.join(''), authorization: incoming.headers.authorization };
  requests.push(request);
  const { status = 200, text = '', delayMs = 0, headers = {}, breakOff } = reply(request, requests.length);
  if (delayMs > 0) await setTimeout(delayMs);
  if (breakOff === true) return void outgoing.destroy();
  outgoing.writeHead(status, { 'content-type': 'application/json', ...headers });
  const usage = { prompt_tokens: request.prompt.length, completion_tokens: text.length };
  outgoing.end(
    status === 200
      ? JSON.stringify({ choices: [{ message: { role: 'assistant', content: text } }], usage })
      : JSON.stringify({ error: { message: text } }),
  );
}
