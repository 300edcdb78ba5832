/**
 * What every route has around it: request id, token, drain, errors as JSON, counting and a line in the log. Routes themselves are
 * functions from a call to a reply.
 */
import { randomUUID } from 'node:crypto';
import type { ServiceLogger } from './logger.ts';
import type { ServiceMetrics } from './metrics.ts';
import { ServiceError, type ServiceErrorCode } from './service-error.ts';

/** A request as a route sees it. */
export interface HttpCall {
  readonly request: Request;
  readonly requestId: string;
  /** Path with its parameters unfilled, such as `/v1/runs/:run/progress`. */
  readonly route: string;
  /** On the clock of the service, milliseconds. */
  readonly arrived: number;
  readonly parameter: (name: string) => string;
}

/** What a route answers; an object is sent as JSON. */
export interface HttpReply {
  readonly status: number;
  readonly body: unknown;
  /** Of a body that is a text already. */
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** For the log: items, failed items, run. */
  readonly log?: Readonly<Record<string, unknown>>;
}

/** Who may use a route: anyone, holders of the token, or those while the service takes work. */
export type RouteKind = 'open' | 'guarded' | 'working';

/** What the frame around routes needs. */
export interface FrameParts {
  readonly isAuthorized: (authorization: string | null) => boolean;
  readonly metrics: ServiceMetrics;
  readonly logger: ServiceLogger | undefined;
  readonly now: () => number;
}

/** The frame, and the state of draining. */
export interface HttpFrame {
  answer(call: Omit<HttpCall, 'requestId' | 'arrived'>, kind: RouteKind, reply: (call: HttpCall) => Promise<HttpReply>): Promise<Response>;
  readonly draining: () => boolean;
  beginDrain(): void;
  drained(): Promise<void>;
}

const STATUS: Readonly<Record<ServiceErrorCode, number>> = {
  invalid_body: 400,
  unauthorized: 401,
  too_large: 413,
  overloaded: 429,
  invalid_options: 500,
  closed: 503,
  unavailable: 503,
};
const RETRY_AFTER_SECONDS = '1';
const REQUEST_ID = /^[\w.:/+=@-]{1,128}$/;

/** A frame with nothing in flight. */
export function createHttpFrame({ isAuthorized, metrics, logger, now }: FrameParts): HttpFrame {
  const state = { draining: false, inFlight: 0 };
  const waiting = new Set<() => void>();
  const guard = (request: Request, kind: RouteKind): void => {
    if (kind === 'open') return;
    if (!isAuthorized(request.headers.get('authorization'))) {
      throw new ServiceError(
        'unauthorized',
        'No valid token. Send the header "Authorization: Bearer <token>" with the token of the service.',
      );
    }
    if (kind === 'working' && state.draining) {
      throw new ServiceError('unavailable', 'The service is shutting down and takes no more work. Ask another one, or again later.');
    }
  };
  const run = async (call: HttpCall, kind: RouteKind, reply: (call: HttpCall) => Promise<HttpReply>): Promise<WrittenReply> => {
    try {
      guard(call.request, kind);
      return written(await reply(call));
    } catch (error) {
      if (!(error instanceof ServiceError)) {
        logger?.error({ requestId: call.requestId, error: error instanceof Error ? error.stack : String(error) }, 'a route failed');
      }
      return errorReply(error, call.requestId);
    }
  };
  const finish = (call: HttpCall, reply: HttpReply): void => {
    const { requestId, route, arrived } = call;
    const { method } = call.request;
    const milliseconds = now() - arrived;
    metrics.countRequest({ method, route, status: reply.status, seconds: milliseconds / 1000 });
    const fields = { requestId, method, route, status: reply.status, milliseconds: Math.round(milliseconds * 100) / 100, ...reply.log };
    if (reply.status >= 400 || Number(reply.log?.['failed'] ?? 0) > 0) logger?.warn(fields, 'request');
    else logger?.debug(fields, 'request');
  };
  return {
    answer: async (given, kind, reply) => {
      const call: HttpCall = { ...given, requestId: requestIdOf(given.request), arrived: now() };
      if (kind === 'working') state.inFlight += 1;
      const answered = await run(call, kind, reply);
      finish(call, answered);
      if (kind === 'working') state.inFlight -= 1;
      if (state.draining && state.inFlight === 0) waiting.forEach((resolve) => resolve());
      return respond(answered, call.requestId, state.draining);
    },
    draining: () => state.draining,
    beginDrain: () => {
      state.draining = true;
    },
    drained: () => (state.inFlight === 0 ? Promise.resolve() : new Promise((resolve) => waiting.add(resolve))),
  };
}

/** A reply whose body is the text to be sent. */
interface WrittenReply extends HttpReply {
  readonly body: string;
  readonly contentType: string;
}

// Here and not where it is sent, because a body that JSON cannot hold is to be answered like all that goes wrong.
function written({ contentType, ...reply }: HttpReply): WrittenReply {
  if (contentType !== undefined) return { ...reply, body: String(reply.body), contentType };
  return { ...reply, body: JSON.stringify(reply.body), contentType: 'application/json' };
}

function requestIdOf(request: Request): string {
  const given = request.headers.get('x-request-id') ?? '';
  return REQUEST_ID.test(given) ? given : randomUUID();
}

function errorReply(error: unknown, requestId: string): WrittenReply {
  if (!(error instanceof ServiceError)) {
    const message = `The service failed on this request. Its log has the reason under request id ${requestId}.`;
    return written({ status: 500, body: { error: { code: 'internal', message } }, log: { code: 'internal' } });
  }
  const { code, message } = error;
  const status = STATUS[code];
  const again = status === 429 || status === 503 ? { 'retry-after': RETRY_AFTER_SECONDS } : {};
  const challenge = status === 401 ? { 'www-authenticate': 'Bearer' } : {};
  // The rest of a body that was refused would otherwise have to be read before the connection could be used again.
  const closing = status === 413 ? { connection: 'close' } : {};
  return written({ status, body: { error: { code, message } }, headers: { ...again, ...challenge, ...closing }, log: { code } });
}

function respond({ status, body, contentType, headers }: WrittenReply, requestId: string, draining: boolean): Response {
  // A plain object, because the server on Node has a short way for responses made like this.
  return new Response(body, {
    status,
    headers: {
      'content-type': contentType,
      'x-request-id': requestId,
      ...(draining ? { connection: 'close' } : {}),
      ...headers,
    },
  });
}
