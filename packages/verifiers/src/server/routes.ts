/**
 * The routes as data: a method, a path, who may use it, and a function from a call to a reply. The frame around them is in
 * `http-call.ts`, and what happens to items in `judge.ts`.
 */
import type { RewardRequest, RewardResult } from '../contract.ts';
import type { RunDeclaration, StepClock } from './clock.ts';
import type { HttpCall, HttpReply, RouteKind } from './http-call.ts';
import type { JudgeCall } from './judge.ts';
import type { Scorer, Scores } from './scoring.ts';
import { ServiceError } from './service-error.ts';
import type { Wire } from './wire.ts';

/** One route. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly kind: RouteKind;
  readonly reply: (call: HttpCall) => Promise<HttpReply>;
}

/** Wraps a route that takes JSON: reads and parses the body, and gives its bytes back after the reply. */
export type WithBody = (reply: (body: unknown, call: HttpCall) => Promise<HttpReply>) => Route['reply'];

/** What the routes that score need. */
export interface WorkParts {
  readonly withBody: WithBody;
  readonly judge: (call: JudgeCall) => Promise<Scores>;
  readonly scorer: Scorer;
  readonly wires: readonly Wire[];
  readonly maxItems: number;
  readonly defaultRun: string;
  readonly defaultVerifier: string | undefined;
}

const MAX_RUN_NAME = 200;
const MAX_KEY = 200;

/** `POST /v1/rewards`, and one route for each wire. */
export function createWorkRoutes(parts: WorkParts): readonly Route[] {
  const { withBody, judge, scorer, wires, maxItems, defaultRun, defaultVerifier } = parts;
  const judgeItems = ({ route, requestId, arrived, request }: HttpCall, given: Pick<JudgeCall, 'run' | 'items' | 'decoded'>) => {
    const { items } = given;
    if (items.length > maxItems) {
      throw new ServiceError('too_large', `The body has ${items.length} requests. At most ${maxItems} are taken; send fewer at once.`);
    }
    return judge({ ...given, route, requestId, arrived, signal: request.signal, key: readKey(request) });
  };
  const own = withBody(async (given, call) => {
    const { run, requests } = readRewardsBody(given, defaultRun);
    const { results, texts } = await judgeItems(call, { run, items: requests, decoded: false });
    const body = `{"results":[${texts.join(',')}]}`;
    return { status: 200, body, contentType: 'application/json', log: summary(run, results) };
  });
  const speak = (wire: Wire): Route['reply'] =>
    withBody(async (body, call) => {
      const known = { verifiers: scorer.verifiers, requestId: call.requestId };
      const decoded = wire.decode(body, defaultVerifier === undefined ? known : { ...known, defaultVerifier });
      const run = checkRun(decoded.run ?? defaultRun);
      const { results } = await judgeItems(call, { run, items: decoded.items, decoded: true });
      return { ...decoded.encode(results), log: summary(run, results) };
    });
  return [
    { method: 'POST', path: '/v1/rewards', kind: 'working', reply: own },
    ...wires.map((wire): Route => ({ method: wire.method, path: wire.path, kind: 'working', reply: speak(wire) })),
  ];
}

/** `PUT` and `GET /v1/runs/:run/progress`. */
export function createRunRoutes(clock: StepClock, withBody: WithBody): readonly Route[] {
  const path = '/v1/runs/:run/progress';
  const set = withBody(async (body, { parameter }) => {
    const run = checkRun(parameter('run'));
    clock.set(run, readDeclaration(body));
    return { status: 200, body: { run, ...clock.read(run) } };
  });
  const get: Route['reply'] = async ({ parameter }) => {
    const run = checkRun(parameter('run'));
    const known = clock.read(run);
    if (known !== undefined) return { status: 200, body: { run, ...known } };
    return notFound(`Run "${run}" has not said where it stands. PUT ${path.replace(':run', encodeURIComponent(run))} says it.`);
  };
  return [
    { method: 'PUT', path, kind: 'guarded', reply: set },
    { method: 'GET', path, kind: 'guarded', reply: get },
  ];
}

/** What the routes that only tell something need. */
export interface InfoParts {
  readonly draining: () => boolean;
  readonly scorer: Scorer;
  readonly metrics: { text(): Promise<string>; readonly contentType: string };
  readonly openapi: object;
}

/** Health, metrics, verifiers and the description of the service. */
export function createInfoRoutes({ draining, scorer, metrics, openapi }: InfoParts): readonly Route[] {
  const get = (path: string, kind: RouteKind, reply: Route['reply']): Route => ({ method: 'GET', path, kind, reply });
  const ok = (body: unknown): HttpReply => ({ status: 200, body });
  return [
    // V-Triune's client takes a server that says this for a healthy one.
    get('/', 'open', async () => ok({ message: 'Reward Judge Server' })),
    get('/healthz', 'open', async () => ok({ status: 'ok' })),
    get('/readyz', 'open', async () =>
      draining() ? { status: 503, body: { status: 'draining' }, headers: { 'retry-after': '1' } } : ok({ status: 'ready' }),
    ),
    get('/v1/verifiers', 'guarded', async () => ok({ verifiers: scorer.verifiers })),
    get('/metrics', 'guarded', async () => ({ status: 200, body: await metrics.text(), contentType: metrics.contentType })),
    get('/openapi.json', 'guarded', async () => ok(openapi)),
  ];
}

/** The reply to a question about what is not there. */
export function notFound(message: string): HttpReply {
  return { status: 404, body: { error: { code: 'not_found', message } } };
}

function readRewardsBody(body: unknown, defaultRun: string): { run: string; requests: readonly RewardRequest[] } {
  const { run, requests } = asRecord(body, '{ "run"?: string, "requests": [reward request, ...] }');
  if (!Array.isArray(requests)) {
    const message = `"requests" is ${kindOf(requests)}. It must be a list of reward requests; see /openapi.json.`;
    throw new ServiceError('invalid_body', message);
  }
  // Each is checked where it is scored, so that one that is no reward request fails by itself.
  return { run: checkRun(run ?? defaultRun), requests: requests as readonly RewardRequest[] };
}

function readDeclaration(body: unknown): RunDeclaration {
  const record = asRecord(body, '{ "step"?, "total_steps"?, "rewards_per_step"? }');
  const allowed = ['step', 'total_steps', 'rewards_per_step'];
  const foreign = Object.keys(record).find((key) => !allowed.includes(key));
  if (foreign !== undefined || Object.keys(record).length === 0) {
    const found = foreign === undefined ? 'says nothing' : `has "${foreign}"`;
    throw new ServiceError('invalid_body', `The body ${found}. It takes one or more of ${allowed.join(', ')}.`);
  }
  return record;
}

function asRecord(body: unknown, shape: string): Readonly<Record<string, unknown>> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  throw new ServiceError('invalid_body', `The body is ${kindOf(body)}. It must be ${shape}.`);
}

function checkRun(run: unknown): string {
  if (typeof run === 'string' && run !== '' && run.length <= MAX_RUN_NAME) return run;
  throw new ServiceError('invalid_body', `"run" is ${kindOf(run)}. It must be a name of 1 to ${MAX_RUN_NAME} characters.`);
}

function readKey(request: Request): string | undefined {
  const key = request.headers.get('idempotency-key');
  if (key === null || key.length <= MAX_KEY) return key ?? undefined;
  throw new ServiceError('invalid_body', `The header idempotency-key has ${key.length} characters. At most ${MAX_KEY} are taken.`);
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'absent';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return `a text of ${value.length} characters`;
  return `of type ${typeof value}`;
}

function summary(run: string, results: readonly RewardResult[]): Readonly<Record<string, unknown>> {
  return { run, items: results.length, failed: results.filter(({ status }) => status === 'failed').length };
}
