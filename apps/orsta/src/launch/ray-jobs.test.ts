import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rayJobs, type JobRequest, type RayJobs } from './ray-jobs.ts';

interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly status: number;
  readonly answer: string;
}

const exchanges = JSON.parse(readFileSync(new URL('../../test/fixtures/ray/jobs.json', import.meta.url), 'utf8')) as readonly Exchange[];
let server: Server;
let jobs: RayJobs;
let asked: number;

beforeEach(async () => {
  asked = 0;
  // Answers with what Ray answered, as long as it is asked what Ray was asked.
  server = createServer((request, response) => {
    void text(request).then((body) => {
      const next = exchanges[asked++];
      const given = { method: request.method, path: request.url, ...(body === '' ? {} : { body: JSON.parse(body) as unknown }) };
      const wanted = next && { method: next.method, path: next.path, ...(next.body === undefined ? {} : { body: next.body }) };
      const isSame = JSON.stringify(given) === JSON.stringify(wanted);
      response
        .writeHead(isSame && next !== undefined ? next.status : 418)
        .end(isSame ? next?.answer : `not in the transcript: ${JSON.stringify(given)}`);
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('no port');
  jobs = rayJobs(`http://127.0.0.1:${String(address.port)}/`);
});
afterEach(() => new Promise((closed) => server.close(closed)));

function job(submissionId: string, entrypoint: string): JobRequest {
  return { submissionId, entrypoint, environment: { A: '1' }, metadata: { run: 'far' } };
}

describe("Ray's Jobs API as recorded", () => {
  it('is asked and read as Ray 2.60 does it', async () => {
    await jobs.submit(job('far-1', 'python -c "print(\'hello\')"'));
    await expect(jobs.submit(job('far-1', 'true'))).rejects.toMatchObject({
      code: 'cluster',
      message: expect.stringMatching(/500: [^]*far-1/) as string,
    });
    expect((await jobs.info('far-1')).status).toBe('RUNNING');
    expect((await jobs.info('far-1')).status).toBe('SUCCEEDED');
    expect(await jobs.log('far-1')).toContain('\nhello\n');
    await jobs.submit(job('far-2', 'sleep 600'));
    await jobs.stop('far-2');
    expect(await jobs.info('far-2')).toMatchObject({ status: 'STOPPED', message: 'Job was intentionally stopped.' });
    await jobs.submit(job('far-3', 'false'));
    expect((await jobs.info('far-3')).message).toContain('failed with exit code 1');
    await expect(jobs.info('nothing')).rejects.toThrow(/404: Job nothing does not exist/);
    expect(asked).toBe(exchanges.length);
  });
});
