import { builtins } from '../src/builtins/builtins.ts';
import type { RewardRequest } from '../src/contract.ts';
import { score } from '../src/score.ts';
import { createRewardHandler, type RewardHandlerOptions } from '../src/server/handler.ts';
import type { RewardEvent } from '../src/server/observer.ts';
import { describeVerifier, type Scorer } from '../src/server/scoring.ts';

/** Scores in this process. */
export const scorer: Scorer = {
  score: (requests) => score(requests),
  verifiers: builtins.map(describeVerifier),
  stats: () => ({ queued: 0, running: 0, workers: 1, replaced: 0 }),
  close: () => Promise.resolve(),
};

/** A request that is right. */
export function good(id: string, more: Partial<RewardRequest> = {}): RewardRequest {
  return { id, data_source: 'apples', verifier: 'counting', response: '<answer>3</answer>', ground_truth: 3, ...more };
}
/** A detection request. */
export function box(more: Partial<RewardRequest> = {}): RewardRequest {
  return {
    id: 'box',
    data_source: 'boxes',
    verifier: 'detection',
    response: '<answer>[{"bbox_2d": [0, 0, 10, 10], "label": "cat"}]</answer>',
    ground_truth: [{ bbox_2d: [0, 0, 10, 10], label: 'cat' }],
    ...more,
  };
}

/** A handler, what its observer was told, and ways to call it. */
export function setUp(options: Partial<RewardHandlerOptions> = {}) {
  const events: RewardEvent[] = [];
  const handler = createRewardHandler({ scorer, observer: (batch) => events.push(...batch), protocols: [], ...options });
  const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const text = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body);
    const response = await handler.fetch(
      new Request(`http://host${path}`, {
        method,
        body: text,
        headers: { ...(text === null ? {} : { 'content-type': 'application/json' }), ...headers },
      }),
    );
    const answer = await response.text();
    const json = (response.headers.get('content-type') ?? '').includes('json');
    return { status: response.status, headers: response.headers, body: json ? JSON.parse(answer) : answer };
  };
  return { handler, events, call, post: (body: unknown, headers = {}) => call('POST', '/v1/rewards', body, headers) };
}

/** A scorer whose results come when `release` is called. */
export function held() {
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  return { release, scorer: { ...scorer, score: async (requests: readonly RewardRequest[]) => (await gate, scorer.score(requests)) } };
}
