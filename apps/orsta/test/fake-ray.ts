/** The Jobs API of a Ray dashboard, as far as it is used, for one process. The tests state what a job does. */
import { createServer, type Server } from 'node:http';

/** What was asked of the dashboard, and what its jobs do next. */
export interface FakeRay {
  readonly url: string;
  readonly requests: { method: string; path: string; body: unknown }[];
  readonly jobs: Map<string, { status: string; log: string; message?: string }>;
  /** Answers the next calls with 503. */
  failures: number;
  close(): Promise<void>;
}

/** Starts the fake dashboard on a free port. */
export async function startFakeRay(): Promise<FakeRay> {
  const fake: Omit<FakeRay, 'url' | 'close'> = { requests: [], jobs: new Map(), failures: 0 };
  const server: Server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const path = String(request.url);
      const body = text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>);
      fake.requests.push({ method: String(request.method), path, body });
      const isBrowser = request.headers['sec-fetch-mode'] !== undefined || request.headers['user-agent']?.startsWith('Mozilla') === true;
      const [status, answer] =
        fake.failures > 0
          ? [503, { error: 'later' }]
          : isBrowser && request.method === 'POST'
            ? [405, "'POST' method not allowed for browser traffic."]
            : answerOf(fake, path, body);
      fake.failures = Math.max(0, fake.failures - 1);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('the fake dashboard has no port');
  return Object.assign(fake, {
    url: `http://127.0.0.1:${String(address.port)}`,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  });
}

function answerOf({ jobs }: Pick<FakeRay, 'jobs'>, path: string, body: Record<string, unknown> | undefined): [number, unknown] {
  const [, id, action] = /^\/api\/jobs\/([^/]*)(?:\/(logs|stop))?$/.exec(path) ?? [];
  if (id === '' && body !== undefined) {
    const submissionId = String(body['submission_id']);
    if (jobs.has(submissionId)) return [400, { detail: `Job with submission_id ${submissionId} already exists` }];
    jobs.set(submissionId, { status: 'RUNNING', log: '' });
    return [200, { submission_id: submissionId, job_id: submissionId }];
  }
  const job = id === undefined ? undefined : jobs.get(decodeURIComponent(id));
  if (job === undefined) return [404, { detail: `Job ${String(id)} does not exist` }];
  if (action === 'logs') return [200, { logs: job.log }];
  if (action === 'stop') job.status = 'STOPPED';
  return [200, action === 'stop' ? { stopped: true } : { status: job.status, message: job.message ?? null }];
}
