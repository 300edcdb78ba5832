/** Ray's Jobs REST API (Ray 2.x, /api/jobs/), as far as it is needed: submit, look, read the log, stop. */
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { text as readText } from 'node:stream/consumers';
import { OrstaError } from '../errors.ts';

/** State of a job, in Ray's words. */
export type JobStatus = 'PENDING' | 'RUNNING' | 'STOPPED' | 'SUCCEEDED' | 'FAILED';

/** What Ray says of a job. */
export interface JobInfo {
  readonly status: JobStatus;
  readonly message?: string | null;
}

/** What is submitted. */
export interface JobRequest {
  readonly submissionId: string;
  readonly entrypoint: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A cluster's jobs. */
export interface RayJobs {
  submit(request: JobRequest): Promise<void>;
  info(submissionId: string): Promise<JobInfo>;
  /** All of the log so far. */
  log(submissionId: string): Promise<string>;
  stop(submissionId: string): Promise<void>;
}

const TIMEOUT_MS = 30_000;
const STATUSES: ReadonlySet<unknown> = new Set<JobStatus>(['PENDING', 'RUNNING', 'STOPPED', 'SUCCEEDED', 'FAILED']);

/** Jobs of the cluster whose dashboard has this address, such as `http://127.0.0.1:8265`. Throws `cluster` where it does not do what is asked. */
export function rayJobs(address: string): RayJobs {
  const jobs = `${address.replace(/\/+$/, '')}/api/jobs/`;
  return {
    submit: async ({ submissionId, entrypoint, environment, metadata }) => {
      await call(jobs, {
        method: 'POST',
        body: JSON.stringify({ submission_id: submissionId, entrypoint, runtime_env: { env_vars: environment }, metadata }),
      });
    },
    info: async (id) => {
      const info = await call(jobs + encodeURIComponent(id));
      if (!STATUSES.has(info['status']))
        throw failed(jobs, `job ${id} has the status ${JSON.stringify(info['status'])}, which is none of Ray's`);
      return info as unknown as JobInfo;
    },
    log: async (id) => {
      const { logs } = await call(`${jobs}${encodeURIComponent(id)}/logs`);
      if (typeof logs !== 'string') throw failed(jobs, `the log of job ${id} is no text`);
      return logs;
    },
    stop: async (id) => {
      await call(`${jobs}${encodeURIComponent(id)}/stop`, { method: 'POST' });
    },
  };
}

interface Call {
  readonly method?: 'GET' | 'POST';
  readonly body?: string;
}

async function call(url: string, given: Call = {}): Promise<Record<string, unknown>> {
  const { status, text } = await send(url, given).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new OrstaError(
      'cluster',
      `Ray does not answer at ${url} (${reason}). Give --ray the address of its dashboard, such as http://HEAD:8265.`,
      { cause },
    );
  });
  if (status < 200 || status > 299) throw failed(url, `${String(status)}: ${text.slice(0, 500)}`);
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (cause) {
    throw new OrstaError('cluster', `${url} answered with what is no JSON: ${text.slice(0, 200)}. Is it Ray's dashboard?`, { cause });
  }
}

/** Not `fetch`: that sends `sec-fetch-mode`, by which Ray takes it for a browser and refuses a POST. */
async function send(url: string, { method = 'GET', body }: Call): Promise<{ status: number; text: string }> {
  const request = url.startsWith('https:') ? https.request : http.request;
  const headers = body === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) };
  const sent = request(url, { method, headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
  const answered = once(sent, 'response') as Promise<[http.IncomingMessage]>;
  sent.end(body);
  const [response] = await answered;
  return { status: Number(response.statusCode), text: await readText(response) };
}

function failed(url: string, what: string): OrstaError {
  return new OrstaError('cluster', `Ray at ${url} answered ${what}. Look at its dashboard.`);
}
