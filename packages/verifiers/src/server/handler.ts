/**
 * The reward service as one function from `Request` to `Response`: our own routes, the protocols of trainers, health and metrics. It
 * opens no port and starts no thread (see `serve.ts` and `pool.ts`), so tests and other servers can call it.
 */
import { Hono, type MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { requestId } from 'hono/request-id';
import type { RewardResult } from '../contract.ts';
import { ServiceError } from '../service-error.ts';
import { createTokenCheck } from './auth.ts';
import type { ServiceLogger } from './logger.ts';
import { createServiceMetrics, type ServiceMetrics } from './metrics.ts';
import { answerError, createDrain, measureRequests, refuseWebPages, requireToken, type Drain, type ServiceEnv } from './middleware.ts';
import type { RewardObserver } from './observer.ts';
import { createOpenapi } from './openapi.ts';
import type { ProtocolAdapter } from './protocol.ts';
import { protocols as allProtocols } from './protocols/protocols.ts';
import { createBodyReader } from './read-body.ts';
import { createInfoRoutes, createRunRoutes, createWorkRoutes, notFound, type Route } from './routes.ts';
import { createRunState, type RunState } from './run-state.ts';
import { scoreCall, type ScoreCall } from './score-call.ts';
import type { Scorer } from './scoring.ts';

const MEBIBYTE = 2 ** 20;

/** What the service is made of, and its limits. */
export interface RewardHandlerOptions {
  /** Such as a pool from `createScoringPool`; whoever made it closes it. */
  readonly scorer: Scorer;
  /** Is told every result that a caller gets, such as to write training curves. */
  readonly observer?: RewardObserver;
  /** Protocols of trainers beside our own routes; all that this package knows when absent. */
  readonly protocols?: readonly ProtocolAdapter[];
  /** How far runs are and which calls were counted; in memory when absent. Whoever made it closes it. */
  readonly state?: RunState;
  /** Needed for all routes but `/`, `/healthz` and `/readyz`; none when absent. */
  readonly token?: string;
  /** Origins of web pages that may call the service; none when absent. */
  readonly corsOrigins?: readonly string[];
  /** Bytes of one body; 32 MiB when absent. */
  readonly maxBodyBytes?: number;
  /** Bytes of all bodies that are held at one time; twice `maxBodyBytes` when absent. */
  readonly maxHeldBytes?: number;
  /** Values (lists, objects and their members) in one body; 500,000 when absent. */
  readonly maxValues?: number;
  /** Milliseconds that may pass without a byte of a body; 10,000 when absent. */
  readonly bodyIdleMs?: number;
  /**
   * Host names that the service is asked by, beside those of this machine. When present, requests under other names and from web pages
   * of origins that are not listed are refused; `serveRewards` sets it where there is no token.
   */
  readonly localHosts?: readonly string[];
  /** Requests in one body; 4096 when absent. */
  readonly maxItems?: number;
  /** The run of requests that name none; `default` when absent. */
  readonly defaultRun?: string;
  /** The verifier of a bare ground truth in a trainer's protocol; without one such an item fails by name. */
  readonly defaultVerifier?: string;
  readonly logger?: ServiceLogger;
  /** Milliseconds from any origin, for latencies; `performance.now` when absent. */
  readonly now?: () => number;
}

/** The service. */
export interface RewardHandler {
  /** Answers one HTTP request; never rejects. */
  fetch(request: Request): Promise<Response>;
  /** From now on `/readyz` is 503 and new work is refused with 503, while what is in flight goes on. */
  beginDrain(): void;
  /** Resolves when no work is in flight. */
  drained(): Promise<void>;
}

/**
 * Makes the service around a scorer.
 *
 * @throws ServiceError `invalid_options` for an empty token, or a `defaultVerifier` that the scorer does not have.
 */
export function createRewardHandler(options: RewardHandlerOptions): RewardHandler {
  checkOptions(options);
  const { scorer, observer, protocols = allProtocols, state = createRunState(), logger, now = () => performance.now() } = options;
  const { defaultVerifier, defaultRun = 'default', maxItems = 4096, maxBodyBytes = 32 * MEBIBYTE } = options;
  const { maxHeldBytes = 2 * maxBodyBytes, maxValues = 500_000, bodyIdleMs = 10_000 } = options;
  const metrics = createServiceMetrics(() => scorer.stats());
  const drain = createDrain();
  const body = createBodyReader({ maxBodyBytes, maxHeldBytes, maxValues, bodyIdleMs });
  const score = (call: ScoreCall): Promise<RewardResult[]> => scoreCall(call, { scorer, state, metrics, observer, logger, now });
  const { verifiers } = scorer;
  const routes: readonly Route[] = [
    ...createWorkRoutes({ body, score, verifiers, protocols, maxItems, defaultRun, defaultVerifier }),
    ...createRunRoutes(state, body),
    ...createInfoRoutes({ isDraining: drain.begun, verifiers, metrics, openapi: createOpenapi(protocols) }),
  ];
  const app = createApp(options, { routes, drain, metrics, now });
  return { fetch: async (request) => app.fetch(request), beginDrain: drain.begin, drained: drain.done };
}

interface AppParts {
  readonly routes: readonly Route[];
  readonly drain: Drain;
  readonly metrics: ServiceMetrics;
  readonly now: () => number;
}

function createApp(options: RewardHandlerOptions, { routes, drain, metrics, now }: AppParts): Hono<ServiceEnv> {
  const { token, corsOrigins = [], localHosts, logger } = options;
  const app = new Hono<ServiceEnv>();
  app.onError((error, context) => answerError(error, context, logger));
  app.use(requestId({ limitLength: 128 }), measureRequests({ metrics, logger, now }));
  if (localHosts !== undefined) app.use(refuseWebPages(localHosts, corsOrigins));
  if (corsOrigins.length > 0) app.use(cors({ origin: [...corsOrigins], exposeHeaders: ['x-request-id', 'retry-after'] }));
  const guards = token === undefined ? [] : [requireToken(createTokenCheck(token))];
  const before = { open: [], guarded: guards, working: [...guards, drain.middleware] };
  for (const { path } of routes) app.use(path, nameRoute(path));
  for (const { method, path, access, handle } of routes) app.on(method, [path], ...before[access], handle);
  for (const path of new Set(routes.map((route) => route.path))) app.all(path, refuseMethod(routes, path));
  const known = routes.map(({ method, path }) => `${method} ${path}`).join(', ');
  app.notFound((context) => notFound(context, `There is no ${context.req.method} ${context.req.path}. There is: ${known}.`));
  return app;
}

function nameRoute(path: string): MiddlewareHandler<ServiceEnv> {
  return async (context, next) => {
    context.set('route', path);
    await next();
  };
}

function refuseMethod(routes: readonly Route[], path: string): Route['handle'] {
  const allowed = routes.flatMap((route) => (route.path === path ? [route.method] : [])).join(', ');
  return async (context) => {
    context.header('allow', allowed);
    throw new ServiceError('method_not_allowed', `${path} does not take ${context.req.method}. It takes ${allowed}.`);
  };
}

function checkOptions({ token, defaultVerifier, scorer }: RewardHandlerOptions): void {
  if (token !== undefined && token.trim() === '') {
    throw new ServiceError('invalid_options', 'The token is empty, and anyone could send it. Set a long random text, or leave it out.');
  }
  const names = scorer.verifiers.map(({ name }) => name);
  if (defaultVerifier !== undefined && !names.includes(defaultVerifier)) {
    const message = `defaultVerifier is "${defaultVerifier}", and no verifier has that name. Known: ${names.join(', ')}. A third-party one must be in "plugins".`;
    throw new ServiceError('invalid_options', message);
  }
}
