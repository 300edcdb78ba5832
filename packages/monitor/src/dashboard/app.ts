// The routes of the dashboard. All but one read; `/v1/records` hands its body on.
import { setMaxListeners } from 'node:events';
import { readFile } from 'node:fs/promises';
import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { streamSSE } from 'hono/streaming';
import { MonitorError } from '../errors.ts';
import { refuse, refuseForeign, requireToken, secureHeaders } from './access.ts';
import { checkCurvesRequest, curvesOf } from './curves.ts';
import { readRolloutPage, type RolloutQuery } from './read-rollouts.ts';
import { readRunImage } from './run-image.ts';
import type { RunRegistry } from './run-registry.ts';

/** What the routes need. */
export interface DashboardParts {
  readonly registry: RunRegistry;
  readonly token: string | undefined;
  /** Folder of the built page. */
  readonly page: URL;
  /** Takes the body of `POST /v1/records`; absent where the dashboard only shows. */
  readonly ingest?: ((body: string) => Promise<unknown>) | undefined;
  /** Ends the streams of events. */
  readonly closing: AbortSignal;
}

const MEBIBYTE = 2 ** 20;
const MOST_STREAMS = 64;
const HEARTBEAT_MS = 15_000;
const ASSETS: Readonly<Record<string, string>> = {
  '/': 'index.html',
  '/page.js': 'page.js',
  '/page.css': 'page.css',
  '/icon.svg': 'icon.svg',
};
const TYPES: Readonly<Record<string, string>> = { html: 'text/html', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' };

/** The application, ready to be served. */
export function createDashboardApp(parts: DashboardParts): Hono {
  const app = new Hono();
  app.use(secureHeaders, refuseForeign(parts));
  app.get('/healthz', (context) => context.json({ status: 'ok' }));
  if (parts.token !== undefined) app.use(requireToken(parts.token));
  for (const [path, file] of Object.entries(ASSETS)) app.get(path, (context) => sendAsset(context, new URL(file, parts.page)));
  addReads(app, parts);
  addEvents(app, parts);
  addRecords(app, parts);
  app.notFound((context) => {
    const known = app.routes.some(({ path, method }) => path === context.req.path && method !== 'ALL');
    return known
      ? refuse(context, 405, `${context.req.path} does not take ${context.req.method}.`)
      : refuse(context, 404, `There is no ${context.req.method} ${context.req.path}.`);
  });
  app.onError((error, context) =>
    error instanceof MonitorError ? refuse(context, 400, error.message) : context.json({ error: error.message }, 500),
  );
  return app;
}

async function sendAsset(context: Context, file: URL): Promise<Response> {
  const type = TYPES[file.pathname.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
  return context.body(await readFile(file), 200, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-cache' });
}

function addReads(app: Hono, { registry }: DashboardParts): void {
  app.use('/api/*', async (context, next) => {
    await next();
    context.header('cache-control', 'no-store');
  });
  app.get('/api/runs', async (context) => context.json(await registry.list()));
  app.get('/api/runs/:run', async (context) => {
    const details = await registry.details(context.req.param('run'));
    return details === undefined ? noRun(context) : context.json(details);
  });
  app.get('/api/runs/:run/rollouts', async (context) => {
    const query = rolloutQuery(context);
    if (typeof query === 'string') return refuse(context, 400, query);
    const run = await registry.open(context.req.param('run'));
    if (run === undefined) return noRun(context);
    const empty = { step: query.step, groups: [], total: 0, sources: [], verifiers: [] };
    return context.json(run.rollouts.step(query.step) === undefined ? empty : await readRolloutPage(run, query));
  });
  app.get('/api/runs/:run/files/*', async (context) => {
    const run = await registry.open(context.req.param('run'));
    const path = decodeURIComponent(context.req.path.split('/files/').slice(1).join('/files/'));
    const image = run === undefined ? undefined : await readRunImage(run.folder, path);
    if (image === undefined) return refuse(context, 404, 'There is no such image in the run folder.');
    return context.body(image.bytes, 200, { 'content-type': image.type, 'cache-control': 'private, max-age=3600' });
  });
  app.post('/api/curves', limit(4 * MEBIBYTE), async (context) => {
    const request = checkCurvesRequest(await context.req.json().catch(() => undefined));
    if (typeof request === 'string') return refuse(context, 400, request);
    return context.json(await curvesOf(request, (id) => registry.open(id)));
  });
}

function addEvents(app: Hono, { registry, closing }: DashboardParts): void {
  const state = { open: 0 };
  setMaxListeners(2 * MOST_STREAMS, closing);
  app.get('/api/events', (context) => {
    if (state.open >= MOST_STREAMS) return refuse(context, 503, `${MOST_STREAMS} pages are open already. Close some.`);
    return streamSSE(context, async (stream) => {
      state.open += 1;
      const gone = new AbortController();
      const send = (event: string, data: unknown): void => void stream.writeSSE({ event, data: JSON.stringify(data) });
      const stop = registry.onChange((runs) => send('changed', runs));
      const beat = setInterval(() => send('beat', null), HEARTBEAT_MS);
      send('hello', null);
      await new Promise<void>((ended) => {
        stream.onAbort(ended);
        closing.addEventListener('abort', () => ended(), { signal: gone.signal });
      });
      gone.abort();
      clearInterval(beat);
      stop();
      state.open -= 1;
    });
  });
}

function addRecords(app: Hono, { ingest }: DashboardParts): void {
  app.post('/v1/records', limit(32 * MEBIBYTE), async (context) => {
    const type = context.req.header('content-type') ?? '';
    // What a web page can send without being asked about it first is not among these.
    if (!/^application\/(?:x-ndjson|jsonl|jsonlines|json)\b/i.test(type))
      return refuse(context, 415, `The body is ${JSON.stringify(type.slice(0, 80))}. Send JSON lines as application/x-ndjson.`);
    if (ingest === undefined) return refuse(context, 503, 'This dashboard takes no records. Start it with `orsta watch --ingest FOLDER`.');
    const bytes = await context.req.arrayBuffer();
    let text: string;
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      return refuse(context, 400, 'The body is not UTF-8. Send JSON lines in UTF-8.');
    }
    return context.json(await ingest(text));
  });
}

function limit(maxSize: number) {
  return bodyLimit({ maxSize, onError: (context) => refuse(context, 413, `The body has over ${maxSize} bytes. Send less at once.`) });
}

function noRun(context: Context): Response {
  return refuse(context, 404, `There is no run ${JSON.stringify(context.req.param('run'))}; GET /api/runs lists them.`);
}

function rolloutQuery({ req }: Context): RolloutQuery | string {
  const step = Number(req.query('step'));
  const skip = Number(req.query('skip') ?? 0);
  const limit = Number(req.query('limit') ?? 20);
  const outcome = req.query('outcome');
  if (req.query('step') === undefined || !Number.isSafeInteger(step) || step < 0) return '"step" is a whole number from 0.';
  if (!Number.isSafeInteger(skip) || skip < 0) return '"skip" is a whole number from 0.';
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > 200) return '"limit" is from 1 to 200.';
  if (outcome !== undefined && !['right', 'wrong', 'mixed', 'failed'].includes(outcome))
    return '"outcome" is right, wrong, mixed or failed.';
  const { split, source, verifier, sample, text } = req.query();
  return { step, skip, limit, split, source, verifier, sample, text, outcome: outcome as RolloutQuery['outcome'] };
}
