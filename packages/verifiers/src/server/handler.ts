/**
 * The reward service as one function from `Request` to `Response`: our own routes, the wires that trainers speak, health and
 * metrics. It opens no port and starts no thread (see `serve.ts` and `pool.ts`), so tests and other servers can call it.
 */
import { Hono, type Context } from 'hono';
import { cors } from 'hono/cors';
import { createTokenCheck } from './auth.ts';
import { createStepClock, type StepClock } from './clock.ts';
import { createHttpFrame, type HttpFrame } from './http-call.ts';
import { parseJsonBody } from './json-body.ts';
import { createJudge } from './judge.ts';
import type { ServiceLogger } from './logger.ts';
import { createServiceMetrics } from './metrics.ts';
import type { RewardObserver } from './observer.ts';
import { createOpenapi } from './openapi.ts';
import { createByteBudget, readBody, type ByteBudget } from './read-body.ts';
import { createInfoRoutes, createRunRoutes, createWorkRoutes, notFound, type Route, type WithBody } from './routes.ts';
import type { Scorer } from './scoring.ts';
import { ServiceError } from './service-error.ts';
import type { Wire } from './wire.ts';
import { wires as allWires } from './wires/wires.ts';

/** What the service is made of, and its limits. */
export interface RewardHandlerOptions {
  /** Such as a pool from `createScoringPool`; whoever made it closes it. */
  readonly scorer: Scorer;
  /** Is told every result that a caller gets, such as to write training curves. */
  readonly observer?: RewardObserver;
  /** Protocols of trainers beside our own routes; all that this package knows when absent. */
  readonly wires?: readonly Wire[];
  /** Where runs stand; a new one when absent. */
  readonly clock?: StepClock;
  /** Needed for all routes but `/`, `/healthz` and `/readyz`; none when absent. */
  readonly token?: string;
  /** Origins of web pages that may call the service; none when absent. */
  readonly corsOrigins?: readonly string[];
  /** Bytes of one body; 32 MiB when absent. */
  readonly maxBodyBytes?: number;
  /** Bytes of all bodies that are held at one time; eight times `maxBodyBytes` when absent. */
  readonly maxHeldBytes?: number;
  /** Requests in one body; 4096 when absent. */
  readonly maxItems?: number;
  /** The run of requests that name none; `default` when absent. */
  readonly defaultRun?: string;
  /** The verifier of a bare ground truth on a wire; without one such an item fails by name. */
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
  const { scorer, token, observer, wires = allWires, clock = createStepClock(), logger, now = () => performance.now() } = options;
  const {
    maxBodyBytes = 32 * 2 ** 20,
    maxHeldBytes = 8 * maxBodyBytes,
    maxItems = 4096,
    defaultRun = 'default',
    defaultVerifier,
  } = options;
  const metrics = createServiceMetrics(() => scorer.stats());
  const isAuthorized = token === undefined ? () => true : createTokenCheck(token);
  const frame = createHttpFrame({ isAuthorized, metrics, logger, now });
  const judge = createJudge({ scorer, clock, metrics, observer, logger, now });
  const withBody = createBodyReader(maxBodyBytes, createByteBudget(maxHeldBytes));
  const routes: readonly Route[] = [
    ...createWorkRoutes({ withBody, judge, scorer, wires, maxItems, defaultRun, defaultVerifier }),
    ...createRunRoutes(clock, withBody),
    ...createInfoRoutes({ draining: frame.draining, scorer, metrics, openapi: createOpenapi(wires) }),
  ];
  const app = mount(routes, frame, options.corsOrigins ?? []);
  return { fetch: async (request) => app.fetch(request), beginDrain: frame.beginDrain, drained: frame.drained };
}

function createBodyReader(maxBodyBytes: number, budget: ByteBudget): WithBody {
  return (reply) => async (call) => {
    const { text, bytes } = await readBody(call.request, maxBodyBytes, budget);
    try {
      return await reply(parseJsonBody(text), call);
    } finally {
      budget.give(bytes);
    }
  };
}

function mount(routes: readonly Route[], frame: HttpFrame, corsOrigins: readonly string[]): Hono {
  const app = new Hono();
  if (corsOrigins.length > 0) app.use(cors({ origin: [...corsOrigins], exposeHeaders: ['x-request-id', 'retry-after'] }));
  for (const { method, path, kind, reply } of routes) {
    app.on(method, path, (context: Context) => {
      const parameter = (name: string): string => context.req.param(name) ?? '';
      return frame.answer({ request: context.req.raw, route: path, parameter }, kind, reply);
    });
  }
  const known = routes.map(({ method, path }) => `${method} ${path}`).join(', ');
  app.notFound(({ req }) =>
    frame.answer({ request: req.raw, route: 'none', parameter: () => '' }, 'open', async ({ request }) =>
      notFound(`There is no ${request.method} ${new URL(request.url).pathname}. There is: ${known}.`),
    ),
  );
  return app;
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
