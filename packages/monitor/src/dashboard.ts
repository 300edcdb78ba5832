// The dashboard as a server: it reads run folders and shows them as a page. Node only.
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { checkAccess } from './dashboard/access.ts';
import { createDashboardApp } from './dashboard/app.ts';
import { createRunRegistry } from './dashboard/run-registry.ts';
import { MonitorError } from './errors.ts';

/** Options of `startDashboard`. */
export interface DashboardOptions {
  /** Run folders, or folders of run folders. */
  readonly runs: readonly string[];
  /** Default: 127.0.0.1. Another one needs a token. */
  readonly host?: string;
  /** Default: a free one. */
  readonly port?: number;
  /** What visitors must bring. */
  readonly token?: string;
  /** Takes the body of `POST /v1/records`; without it that route is closed. What it resolves to is the answer. */
  readonly ingest?: (body: string) => Promise<unknown>;
}

/** A dashboard at work. */
export interface Dashboard {
  /** Where it is, with the token if there is one. */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the dashboard. Throws MonitorError `invalid_argument` for an address that would be open to all, or that is taken. */
export async function startDashboard(options: DashboardOptions): Promise<Dashboard> {
  const { runs, host = '127.0.0.1', port = 0, token, ingest } = options;
  checkAccess({ host, token });
  const registry = createRunRegistry(runs);
  const closing = new AbortController();
  const page = new URL('./page/', import.meta.url);
  const app = createDashboardApp({ registry, token, page, ingest, closing: closing.signal });
  const server = serve({ fetch: app.fetch, hostname: host, port, serverOptions: { requestTimeout: 30_000 } }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', (cause) => {
      registry.close();
      reject(
        new MonitorError('invalid_argument', `${host}:${port} cannot be opened: ${cause.message}; choose another port or host`, cause),
      );
    });
  });
  const address = server.address() as AddressInfo;
  const shown = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return {
    url: `http://${shown}:${address.port}/${token === undefined ? '' : `?token=${encodeURIComponent(token)}`}`,
    close: async () => {
      closing.abort();
      registry.close();
      await new Promise<void>((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      });
    },
  };
}
