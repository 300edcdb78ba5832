import type { RewardRequest, RewardResult } from '../src/contract.ts';

/** One request as a fake server got it. */
export interface Received {
  readonly url: string;
  readonly method: string;
  readonly body: { run?: string; requests?: RewardRequest[] } & Record<string, unknown>;
  readonly headers: Headers;
}

/** What a fake server does with a request; a throw is a connection that breaks. */
export type FakeServer = (received: Received) => Response | Promise<Response>;

/** A request whose reward is told by its response text. */
export function requestOf(id: string, response = '0.5'): RewardRequest {
  return { id, data_source: 'fake', verifier: 'text', response, ground_truth: '' };
}

/** `count` requests r0, r1, ... with rewards 0, 1/count, ... */
export function requestsOf(count: number): RewardRequest[] {
  return Array.from({ length: count }, (_, index) => requestOf(`r${index}`, String(index / count)));
}

/** The results of a well server. */
export function resultsOf(requests: readonly RewardRequest[] = []): RewardResult[] {
  return requests.map(({ id, data_source, verifier, response }) => {
    const reward = Number(response);
    return { id, data_source, verifier, status: 'scored', reward, components: { accuracy: reward, format: 0 }, metrics: {}, elapsed_ms: 0 };
  });
}

/** JSON with a status. */
export function jsonResponse(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers });
}

/** Scores, is ready, takes any progress. */
export const wellServer: FakeServer = ({ url, body }) =>
  url.endsWith('/v1/rewards') ? jsonResponse({ results: resultsOf(body.requests) }) : jsonResponse({ status: 'ready' });

/** A `fetch` that leads to fake servers by the host of the address, and what they received, in order. */
export function fakeFetch(servers: Readonly<Record<string, FakeServer>>): { fetch: typeof globalThis.fetch; received: Received[] } {
  const received: Received[] = [];
  const fetch = async (input: unknown, init: RequestInit = {}): Promise<Response> => {
    const url = String(input);
    const body = typeof init.body === 'string' ? (JSON.parse(init.body) as Received['body']) : {};
    const one: Received = { url, method: init.method ?? 'GET', body, headers: new Headers(init.headers) };
    received.push(one);
    const server = servers[new URL(url).host];
    if (server === undefined) throw new TypeError('fetch failed', { cause: new Error(`getaddrinfo ENOTFOUND ${url}`) });
    const aborted = new Promise<never>((_resolve, reject) => {
      init.signal?.addEventListener('abort', () => reject(new DOMException('This operation was aborted', 'AbortError')));
    });
    return Promise.race([server(one), aborted]);
  };
  return { fetch: fetch, received };
}
