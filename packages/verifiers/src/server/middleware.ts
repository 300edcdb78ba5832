/**
 * What every route has around it, as middleware of Hono: measuring and logging, the token, who may ask at all, draining, and errors as JSON.
 * Request ids are Hono's own.
 */
import type { Context, MiddlewareHandler } from 'hono';
import { ServiceError, type ServiceErrorCode } from '../service-error.ts';
import type { ServiceLogger } from './logger.ts';
import type { ServiceMetrics } from './metrics.ts';

/** What middleware and routes tell each other about a request. */
export interface ServiceEnv {
  Variables: {
    requestId: string;
    /** When the request came, on the clock of the service, milliseconds. */
    arrived: number;
    /** Path with its parameters unfilled, such as `/v1/runs/:run/progress`; absent for an unknown path. */
    route?: string;
    /** For the log: items, failed items, run. Never payloads. */
    log?: Readonly<Record<string, unknown>>;
  };
}

/** A request as a route sees it. */
export type ServiceContext = Context<ServiceEnv>;

type Middleware = MiddlewareHandler<ServiceEnv>;

const STATUS = {
  invalid_body: 400,
  unauthorized: 401,
  forbidden: 403,
  method_not_allowed: 405,
  too_slow: 408,
  too_large: 413,
  unsupported_media_type: 415,
  overloaded: 429,
  invalid_options: 500,
  closed: 503,
  unavailable: 503,
} as const satisfies Readonly<Record<ServiceErrorCode, number>>;
const RETRY_AFTER_SECONDS = '1';
// After these the rest of a body may still be on its way, and would have to be read before the connection could be used again.
const CLOSING: readonly number[] = [408, 413, 429];

/** Counts, times and logs every request. */
export function measureRequests(parts: { metrics: ServiceMetrics; logger: ServiceLogger | undefined; now: () => number }): Middleware {
  const { metrics, logger, now } = parts;
  return async (context, next) => {
    context.set('arrived', now());
    await next();
    const { method } = context.req;
    const { status } = context.res;
    const { requestId, arrived, route = 'none', log } = context.var;
    const milliseconds = now() - arrived;
    metrics.countRequest({ method, route, status, seconds: milliseconds / 1000 });
    const fields = { requestId, method, route, status, milliseconds: Math.round(milliseconds * 100) / 100, ...log };
    if (status >= 400 || (typeof log?.['failed'] === 'number' && log['failed'] > 0)) logger?.warn(fields, 'request');
    else logger?.debug(fields, 'request');
  };
}

/** Lets in who has the token. */
export function requireToken(isAuthorized: (authorization: string | undefined) => boolean): Middleware {
  return async ({ req }, next) => {
    if (!isAuthorized(req.header('authorization'))) {
      const message = 'No valid token. Send the header "Authorization: Bearer <token>" with the token of the service.';
      throw new ServiceError('unauthorized', message);
    }
    await next();
  };
}

/**
 * For a service without a token: keeps web pages out. A page can make a browser send requests to 127.0.0.1, and can give its own
 * name that address (DNS rebinding). So the `Host` must be one of this machine, and an `Origin`, which browsers send, must be listed.
 */
export function refuseWebPages(hosts: readonly string[], origins: readonly string[]): Middleware {
  return async ({ req }, next) => {
    const host = req.header('host');
    if (host !== undefined && !hosts.includes(hostName(host)) && !isLoopback(hostName(host))) {
      const message = `The host "${host.slice(0, 80)}" is not this service. Ask it as 127.0.0.1, or start it with a token.`;
      throw new ServiceError('forbidden', message);
    }
    const origin = req.header('origin');
    if (origin !== undefined && !origins.includes(origin)) {
      const message = `Web pages of "${origin.slice(0, 80)}" may not ask this service. List the origin in corsOrigins, or start it with a token.`;
      throw new ServiceError('forbidden', message);
    }
    await next();
  };
}

/** Whether an address or name is of this machine alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function hostName(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, '');
}

/** The state of draining: work in flight goes on, new work is refused. */
export interface Drain {
  readonly middleware: Middleware;
  readonly begun: () => boolean;
  begin(): void;
  /** Resolves when nothing is in flight. */
  done(): Promise<void>;
}

/** Nothing in flight, and draining has not begun. */
export function createDrain(): Drain {
  const state = { begun: false, inFlight: 0 };
  const waiting = new Set<() => void>();
  return {
    middleware: async (context, next) => {
      if (state.begun) {
        throw new ServiceError('unavailable', 'The service is shutting down and takes no more work. Ask another one, or again later.');
      }
      state.inFlight += 1;
      await next();
      state.inFlight -= 1;
      if (!state.begun) return;
      context.header('connection', 'close');
      if (state.inFlight === 0) waiting.forEach((resolve) => resolve());
    },
    begun: () => state.begun,
    begin: () => {
      state.begun = true;
    },
    done: () => (state.inFlight === 0 ? Promise.resolve() : new Promise((resolve) => waiting.add(resolve))),
  };
}

/** The answer to what a route or middleware threw. What is not a ServiceError is a fault of ours, and told to the log alone. */
export function answerError(error: unknown, context: ServiceContext, logger: ServiceLogger | undefined): Response {
  const { requestId } = context.var;
  if (!(error instanceof ServiceError)) {
    logger?.error({ requestId, error: error instanceof Error ? error.stack : String(error) }, 'a route failed');
    context.set('log', { code: 'internal' });
    const message = `The service failed on this request. Its log has the reason under request id ${requestId}.`;
    return context.json({ error: { code: 'internal', message } }, 500);
  }
  const { code, message } = error;
  const status = STATUS[code];
  context.set('log', { code });
  if (status === 401) context.header('www-authenticate', 'Bearer');
  if (status === 429 || status === 503) context.header('retry-after', RETRY_AFTER_SECONDS);
  if (CLOSING.includes(status)) context.header('connection', 'close');
  return context.json({ error: { code, message } }, status);
}
