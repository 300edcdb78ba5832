// A server for tests that speaks the protocol of a rollout engine and samples from this package's own policy. It is stricter than the real ones: a
// field that it does not know, an image that would be resized, and weights that it cannot read are refused.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { localServer } from '../../testing/local-server.ts';
import { refuse, type Route, type Routes } from './request-check.ts';
import { servePolicy, type ServedPolicy } from './served-policy.ts';
import { sglangRoutes } from './sglang-routes.ts';
import { vllmRoutes } from './vllm-routes.ts';

/** Which protocol a test server speaks, and from what it samples. */
export interface RolloutServerOptions {
  readonly protocol: 'vllm' | 'sglang';
  readonly modelFolder: string;
  /** SGLang as it was before it kept token ids beside images; not set for vLLM. */
  readonly isOld?: boolean;
}

/** A running test server. */
export interface TestRolloutServer {
  /** Such as `http://127.0.0.1:41234`. */
  readonly url: string;
  /** All calls so far, such as `POST /generate`. */
  readonly calls: readonly string[];
  /** Starts again with the model folder that it was started with, as after a crash. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a test server on this machine. The caller has selected the backend of this thread. */
export async function startRolloutServer({ protocol, modelFolder, isOld }: RolloutServerOptions): Promise<TestRolloutServer> {
  const routesOf = (policy: ServedPolicy): Routes => (protocol === 'vllm' ? vllmRoutes(policy) : sglangRoutes(policy, isOld));
  let routes = routesOf(await servePolicy(modelFolder));
  const calls: string[] = [];
  const server = await localServer(async (request, response, body) => {
    const { pathname, searchParams } = new URL(String(request.url), 'http://localhost');
    const call = `${String(request.method)} ${pathname}`;
    calls.push(call);
    await answer(request, response, { route: routes[call], body, query: searchParams });
  });
  return {
    ...server,
    calls,
    restart: async () => {
      routes = routesOf(await servePolicy(modelFolder));
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { route, body, query }: { route: Route | undefined; body: string; query: URLSearchParams },
): Promise<void> {
  const send = (status: number, value: unknown): void => {
    const isText = typeof value === 'string';
    response.writeHead(status, { 'content-type': isText ? 'text/plain' : 'application/json' }).end(isText ? value : JSON.stringify(value));
  };
  if (route === undefined) {
    send(404, { detail: 'Not Found' });
    return;
  }
  try {
    if (body !== '' && request.headers['content-type'] !== 'application/json') refuse('the body is not announced as JSON');
    send(200, await route(body === '' ? undefined : JSON.parse(body), query));
  } catch (error) {
    send(400, { error: { message: error instanceof Error ? error.message : String(error) } });
  }
}
