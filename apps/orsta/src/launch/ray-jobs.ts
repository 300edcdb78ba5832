/** Ray's Jobs REST API (Ray 2.x, /api/jobs/), as far as it is needed: submit, look, read the log, stop. */
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
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ submission_id: submissionId, entrypoint, runtime_env: { env_vars: environment }, metadata }),
      });
    },
    info: async (id) => {
      const info = await call(jobs + encodeURIComponent(id));
      if (!STATUSES.has(info['status'])) throw failed(jobs, `job ${id} has the status ${JSON.stringify(info['status'])}, which is none of Ray's`);
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

async function call(url: string, init: RequestInit = {}): Promise<Record<string, unknown>> {
  let response: Response;
  try {
    response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new OrstaError('cluster', `Ray does not answer at ${url} (${reason}). Give --ray the address of its dashboard, such as http://HEAD:8265.`, { cause });
  }
  const text = await response.text();
  if (!response.ok) throw failed(url, `${String(response.status)}: ${text.slice(0, 500)}`);
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (cause) {
    throw new OrstaError('cluster', `${url} answered with what is no JSON: ${text.slice(0, 200)}. Is it Ray's dashboard?`, { cause });
  }
}

function failed(url: string, what: string): OrstaError {
  return new OrstaError('cluster', `Ray at ${url} answered ${what}. Look at its dashboard.`);
}
