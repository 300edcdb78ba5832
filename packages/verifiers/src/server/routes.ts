/**
 * The routes as data: a method, a path, who may use it, and a handler. What is around them is in `middleware.ts`, and what happens to
 * items in `score-call.ts`.
 */
import type { RewardRequest, RewardResult } from '../contract.ts';
import { ServiceError } from '../service-error.ts';
import type { ServiceContext } from './middleware.ts';
import type { ProtocolAdapter } from './protocol.ts';
import type { BodyReader } from './read-body.ts';
import type { RunDeclaration } from './run-progress.ts';
import type { RunState } from './run-state.ts';
import type { ScoreCall } from './score-call.ts';
import type { VerifierDescription } from './scoring.ts';

/** Who may use a route: anyone, holders of the token, or those while the service takes work. */
export type RouteAccess = 'open' | 'guarded' | 'working';

/** One route. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly access: RouteAccess;
  readonly handle: (context: ServiceContext) => Promise<Response>;
}

/** What the routes that score need. */
export interface WorkParts {
  readonly body: BodyReader;
  readonly score: (call: ScoreCall) => Promise<RewardResult[]>;
  readonly verifiers: readonly VerifierDescription[];
  readonly protocols: readonly ProtocolAdapter[];
  readonly maxItems: number;
  readonly defaultRun: string;
  readonly defaultVerifier: string | undefined;
}

const MAX_RUN_NAME = 200;
const MAX_KEY = 200;

/** `POST /v1/rewards`, and one route for each protocol adapter. */
export function createWorkRoutes(parts: WorkParts): readonly Route[] {
  const { body, score, verifiers, protocols, maxItems, defaultRun, defaultVerifier } = parts;
  const scoreItems = async (context: ServiceContext, route: string, given: Pick<ScoreCall, 'run' | 'items' | 'decoded'>) => {
    const { items, run } = given;
    if (items.length > maxItems) {
      throw new ServiceError('too_large', `The body has ${items.length} requests. At most ${maxItems} are taken; send fewer at once.`);
    }
    const { requestId, arrived } = context.var;
    const { raw: request } = context.req;
    const results = await score({ ...given, route, requestId, arrived, signal: request.signal, key: readKey(request) });
    context.set('log', { run, items: results.length, failed: results.filter(({ status }) => status === 'failed').length });
    return results;
  };
  const path = '/v1/rewards';
  const own: Route['handle'] = (context) =>
    body.read(context.req.raw, async (given) => {
      const { run, requests } = readRewardsBody(given, defaultRun);
      return context.json({ results: await scoreItems(context, path, { run, items: requests, decoded: false }) });
    });
  const speak =
    (adapter: ProtocolAdapter): Route['handle'] =>
    (context) =>
      body.read(context.req.raw, async (given) => {
        const known = { verifiers, requestId: context.var.requestId };
        const decoded = adapter.decode(given, defaultVerifier === undefined ? known : { ...known, defaultVerifier });
        const run = checkRun(decoded.run ?? defaultRun);
        const results = await scoreItems(context, adapter.path, { run, items: decoded.items, decoded: true });
        const answer = decoded.encode(results);
        return context.body(JSON.stringify(answer.body), answer.status, { 'content-type': 'application/json' });
      });
  return [
    { method: 'POST', path, access: 'working', handle: own },
    ...protocols.map((adapter): Route => ({ method: adapter.method, path: adapter.path, access: 'working', handle: speak(adapter) })),
  ];
}

/** `PUT` and `GET /v1/runs/:run/progress`. */
export function createRunRoutes(state: RunState, body: BodyReader): readonly Route[] {
  const path = '/v1/runs/:run/progress';
  const set: Route['handle'] = (context) =>
    body.read(context.req.raw, async (given) => {
      const run = checkRun(context.req.param('run'));
      return context.json({ run, ...(await state.declare(run, readDeclaration(given))) });
    });
  const get: Route['handle'] = async (context) => {
    const run = checkRun(context.req.param('run'));
    const known = await state.read(run);
    if (known !== undefined) return context.json({ run, ...known });
    return notFound(context, `Nothing is known of run "${run}". PUT ${path.replace(':run', encodeURIComponent(run))} says how far it is.`);
  };
  return [
    { method: 'PUT', path, access: 'guarded', handle: set },
    { method: 'GET', path, access: 'guarded', handle: get },
  ];
}

/** What the routes that only tell something need. */
export interface InfoParts {
  readonly isDraining: () => boolean;
  readonly verifiers: readonly VerifierDescription[];
  readonly metrics: { text(): Promise<string>; readonly contentType: string };
  readonly openapi: object;
}

/** Health, metrics, verifiers and the description of the service. */
export function createInfoRoutes({ isDraining, verifiers, metrics, openapi }: InfoParts): readonly Route[] {
  const get = (path: string, access: RouteAccess, handle: Route['handle']): Route => ({ method: 'GET', path, access, handle });
  return [
    // V-Triune's client takes a server that says this for a healthy one.
    get('/', 'open', async (context) => context.json({ message: 'Reward Judge Server' })),
    get('/healthz', 'open', async (context) => context.json({ status: 'ok' })),
    get('/readyz', 'open', async (context) =>
      isDraining() ? context.json({ status: 'draining' }, 503, { 'retry-after': '1' }) : context.json({ status: 'ready' }),
    ),
    get('/v1/verifiers', 'guarded', async (context) => context.json({ verifiers })),
    get('/metrics', 'guarded', async (context) => context.body(await metrics.text(), 200, { 'content-type': metrics.contentType })),
    get('/openapi.json', 'guarded', async (context) => context.json(openapi)),
  ];
}

/** The answer to a question about what does not exist. */
export function notFound(context: ServiceContext, message: string): Response {
  return context.json({ error: { code: 'not_found', message } }, 404);
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
