/**
 * The reward service on a port of this machine: worker threads, handler and HTTP server together, and an orderly end. Signals are left to
 * the program, which calls `close`.
 */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { createRewardHandler, type RewardHandlerOptions } from './handler.ts';
import { isLoopback } from './middleware.ts';
import { createScoringPool } from './pool.ts';
import type { ScoringPoolOptions } from './pool-options.ts';
import type { Scorer } from './scoring.ts';
import { ServiceError } from '../service-error.ts';

/** Where to listen, and everything that pool and handler take. */
export interface ServeRewardsOptions extends Omit<RewardHandlerOptions, 'scorer' | 'localHosts'>, ScoringPoolOptions {
  /** Instead of a pool of its own; it is closed with the server. */
  readonly scorer?: Scorer;
  /** `127.0.0.1` when absent. Any address that others can reach needs a token. */
  readonly host?: string;
  /** Any free one when absent or 0. */
  readonly port?: number;
  /** Milliseconds that `close` waits for work in flight; 10 000 when absent. */
  readonly drainMs?: number;
  /** Milliseconds that a client may take to send its headers (10 000 when absent) and its whole request (60 000 when absent). */
  readonly headersTimeoutMs?: number;
  readonly requestTimeoutMs?: number;
}

/** A running service. */
export interface RewardServer {
  /** Such as `http://127.0.0.1:8765`. */
  readonly url: string;
  readonly port: number;
  /** Takes no more work, finishes what is in flight within `drainMs`, then ends the threads. Once is enough. */
  close(): Promise<void>;
}

// Longer than the minute after which common load balancers drop an idle connection, so that they never meet a closed one.
const KEEP_ALIVE_MS = 65_000;
// A client that neither reads nor writes; longer than any queue takes.
const IDLE_MS = 600_000;
const MAX_PORT = 65_535;

/**
 * Starts the threads, then listens.
 *
 * @throws ServiceError `invalid_options` for a reachable host without a token, `unavailable` when it cannot listen; VerifierError
 * when a plug-in cannot be used.
 */
export async function serveRewards(options: ServeRewardsOptions = {}): Promise<RewardServer> {
  const { host = '127.0.0.1', port = 0, drainMs = 10_000, token } = options;
  if (!isLoopback(host) && token === undefined) {
    const message = `host is "${host}", which other machines can reach, and there is no token. Set a token, or listen on 127.0.0.1.`;
    throw new ServiceError('invalid_options', message);
  }
  const scorer = options.scorer ?? (await createScoringPool(options));
  try {
    const handler = createRewardHandler({ ...options, scorer, ...(token === undefined ? { localHosts: [host.toLowerCase()] } : {}) });
    const server = createServer(handler.fetch, options);
    const address = await listen(server, host, port);
    let closing: Promise<void> | undefined;
    const shutDown = async (): Promise<void> => {
      handler.beginDrain();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await Promise.race([Promise.all([handler.drained(), closed]), after(drainMs)]);
      server.closeAllConnections();
      await Promise.all([closed, scorer.close()]);
    };
    const shown = address.family === 'IPv6' ? `[${address.address}]` : address.address;
    return { url: `http://${shown}:${address.port}`, port: address.port, close: () => (closing ??= shutDown()) };
  } catch (error) {
    await scorer.close();
    throw error;
  }
}

function createServer(fetch: (request: Request) => Promise<Response>, options: ServeRewardsOptions): Server {
  const { headersTimeoutMs: headersTimeout = 10_000, requestTimeoutMs: requestTimeout = 60_000 } = options;
  const connectionsCheckingInterval = Math.max(50, Math.min(1000, headersTimeout / 2));
  const serverOptions = { headersTimeout, requestTimeout, connectionsCheckingInterval, keepAliveTimeout: KEEP_ALIVE_MS };
  // Without `createServer` the adaptor makes a server of HTTP/1.1, whatever its type says.
  const server = createAdaptorServer({ fetch, serverOptions }) as Server;
  server.timeout = IDLE_MS;
  return server;
}

function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.on('error', (cause) => {
      const message = `Cannot listen on ${host}:${port}: ${cause.message}. Choose another port or host.`;
      reject(new ServiceError('unavailable', message, { cause }));
    });
    if (!(Number.isInteger(port) && port >= 0 && port <= MAX_PORT)) {
      throw new ServiceError('invalid_options', `port is ${port}. It must be a whole number from 0 (any free one) to ${MAX_PORT}.`);
    }
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
  });
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
}
