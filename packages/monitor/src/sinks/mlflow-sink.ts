// An MLflow tracking server, by its REST API. The run is made at the first write. Left out: artifacts (rollouts stay in the run folder).
import { MonitorError } from '../errors.ts';
import type { AlarmRecord, MetricRecord } from '../record.ts';
import { defineSink, type Sink } from '../sink.ts';

/** Options of `mlflowSink`. */
export interface MlflowSinkOptions {
  /** Address of the server, such as http://127.0.0.1:5000. */
  readonly url: string;
  /** Made where there is none of this name. */
  readonly experiment: string;
  /** Sent as a bearer token. */
  readonly token?: string;
  /** A run of the server to go on with, in place of a new one. */
  readonly runId?: string;
  /** Longest wait for an answer. Default: 10,000. */
  readonly timeoutMs?: number;
  /** Milliseconds since 1970; default: the clock. */
  readonly now?: () => number;
}

/** What the server takes in one call. */
const BATCH = 1_000;
const MAX_KEY = 250;

/** Logs metrics as `<split>/<metric>/<source>` and alarms as tags of the run. A server that does not answer makes it throw: give it to `bufferedSink`. */
export function mlflowSink(options: MlflowSinkOptions): Sink {
  const { now = Date.now } = options;
  let { runId } = options;
  const runFor = async (name: string): Promise<string> => {
    runId ??= await startRun(options, { name, startTime: now() });
    return runId;
  };
  return defineSink({
    name: 'mlflow',
    async write(records: readonly MetricRecord[]) {
      const [first] = records;
      if (first === undefined) return;
      const run_id = await runFor(first.run);
      const metrics = records.map(({ split, name, source, value, step }) => ({
        key: keyOf(`${split}/${name}/${source}`),
        value,
        step,
        timestamp: now(),
      }));
      for (let from = 0; from < metrics.length; from += BATCH)
        await call(options, 'runs/log-batch', { run_id, metrics: metrics.slice(from, from + BATCH) });
    },
    async writeAlarms(alarms: readonly AlarmRecord[]) {
      const [first] = alarms;
      if (first === undefined) return;
      const run_id = await runFor(first.run);
      const tags = new Map(
        alarms.map((one) => [keyOf(`alarm/${one.alarm}/${one.source}`), `step ${one.step} ${one.severity}: ${one.message}`.slice(0, 5000)]),
      );
      await call(options, 'runs/log-batch', { run_id, tags: [...tags].map(([key, value]) => ({ key, value })) });
    },
    async close() {
      const run_id = runId;
      runId = undefined;
      if (run_id !== undefined) await call(options, 'runs/update', { run_id, status: 'FINISHED', end_time: now() });
    },
  });
}

async function startRun(options: MlflowSinkOptions, { name, startTime }: { name: string; startTime: number }): Promise<string> {
  const found = await findExperiment(options);
  const experiment_id = found ?? stringAt(await call(options, 'experiments/create', { name: options.experiment }), ['experiment_id']);
  return stringAt(await call(options, 'runs/create', { experiment_id, run_name: name, start_time: startTime }), ['run', 'info', 'run_id']);
}

async function findExperiment(options: MlflowSinkOptions): Promise<string | undefined> {
  const query = new URLSearchParams({ experiment_name: options.experiment });
  const response = await ask(options, `experiments/get-by-name?${query.toString()}`, {});
  if (response.status === 404) return undefined;
  return stringAt(await readAnswer(response, 'experiments/get-by-name'), ['experiment', 'experiment_id']);
}

async function call(options: MlflowSinkOptions, path: string, body: object): Promise<unknown> {
  return readAnswer(await ask(options, path, { method: 'POST', body: JSON.stringify(body) }), path);
}

async function ask(
  { url, token, timeoutMs = 10_000 }: MlflowSinkOptions,
  path: string,
  init: { method?: string; body?: string },
): Promise<Response> {
  const headers = { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
  return fetch(new URL(`api/2.0/mlflow/${path}`, url.endsWith('/') ? url : `${url}/`), {
    ...init,
    headers,
    signal: AbortSignal.timeout(timeoutMs),
  });
}

async function readAnswer(response: Response, path: string): Promise<unknown> {
  const text = await response.text();
  if (!response.ok)
    throw new MonitorError(
      'sink_failed',
      `MLflow answered ${path} with ${response.status}: ${text.slice(0, 300)}; check its address and token`,
    );
  return JSON.parse(text);
}

function stringAt(answer: unknown, path: readonly string[]): string {
  const found = path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    answer,
  );
  if (typeof found === 'string') return found;
  throw new MonitorError(
    'sink_failed',
    `MLflow's answer has no ${path.join('.')}: ${JSON.stringify(answer).slice(0, 200)}; is this an MLflow server?`,
  );
}

/** Names that MLflow takes: letters, digits, `_`, `-`, `.` and spaces between slashes. */
function keyOf(name: string): string {
  const parts = name.split('/').map((part) => part.replaceAll(/[^A-Za-z0-9_. -]/g, '_'));
  return parts
    .map((part) => (/^\.*$/.test(part) ? '_' : part))
    .join('/')
    .slice(0, MAX_KEY);
}
