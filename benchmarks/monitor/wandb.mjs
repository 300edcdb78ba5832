// What `wandbSink` writes, sent by the real `wandb sync` to a server that only records, and compared number by number. Needs a Python with wandb. Run
// after a build:
//
//     node benchmarks/monitor/wandb.mjs --python PATH
import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { wandbSink } from '../../packages/monitor/dist/index.js';

const given = process.argv.indexOf('--python');
if (given === -1) {
  console.log('not run: pass --python PATH of an interpreter with wandb');
  process.exit(0);
}
const python = process.argv[given + 1];
const folder = mkdtempSync(join(tmpdir(), 'monitor-wandb-'));

/** Takes the requests of `wandb sync` for one run, and keeps the lines of its files. */
const received = { lines: new Map(), runs: [] };
const server = createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  const raw = Buffer.concat(parts);
  const body = JSON.parse((request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString('utf8') || '{}');
  for (const [name, { content }] of Object.entries(body.files ?? {}))
    received.lines.set(name, [...(received.lines.get(name) ?? []), ...content]);
  if (/upsertBucket/.test(body.query ?? '')) received.runs.push(body.variables);
  const project = { id: 'p', name: 'vtriune', entity: { id: 'e', name: 'me' } };
  const bucket = { id: 'b', name: 'golden01', displayName: 'demo', config: '{}', historyLineCount: 0, project };
  const data = /upsertBucket/.test(body.query ?? '') ? { upsertBucket: { bucket, inserted: true } } : { serverInfo: { features: [] } };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(request.url.endsWith('/graphql') ? { data } : {}));
});

try {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sink = wandbSink(folder, { project: 'vtriune', id: 'golden01', config: { 'trainer.steps': 200 } });
  const expected = [];
  for (let step = 0; step < 200; step++) {
    // A name of 40,000 characters does not fit into one block of the log.
    const names = ['policy/entropy', `detail/${'x'.repeat(step % 50 === 0 ? 40_000 : 3)}`];
    const records = ['all', 'math.two'].flatMap((source) =>
      names.map((name) => ({ run: 'demo', step, split: 'train', source, name, value: Math.sin(step + name.length) })),
    );
    sink.write(records);
    expected.push(Object.fromEntries(records.map(({ split, name, source, value }) => [`${split}/${name}/${source}`, value])));
  }
  sink.writeAlarms([{ run: 'demo', step: 199, source: 'all', alarm: 'no_signal', severity: 'critical', message: 'm', values: {} }]);
  expected[199]['alarm/no_signal/all'] = 2;
  const place = sink.folder();
  sink.close();
  const env = { ...process.env, WANDB_BASE_URL: `http://127.0.0.1:${server.address().port}`, WANDB_API_KEY: '0'.repeat(40) };
  await promisify(execFile)(join(dirname(python), 'wandb'), ['sync', place], {
    cwd: folder,
    env: { ...env, WANDB_ERROR_REPORTING: 'false' },
  });
  const history = (received.lines.get('wandb-history.jsonl') ?? []).map((line) => JSON.parse(line));
  if (history.length !== expected.length) throw new Error(`${history.length} rows came, ${expected.length} were written`);
  history.forEach(({ _step, _timestamp, _runtime, ...values }, step) => {
    const [found, wanted] = [values, expected[step]].map((row) => JSON.stringify(Object.entries(row).sort()));
    if (_step !== step || found !== wanted) throw new Error(`step ${step}: ${found.slice(0, 200)} came`);
    if (!(_timestamp > 1.7e9 && _runtime >= 0)) throw new Error(`step ${step}: its time is ${_timestamp}`);
  });
  const displayName = 'demo';
  if (!received.runs.some((run) => run.displayName === displayName && run.config.includes('trainer.steps')))
    throw new Error(`the run came as ${JSON.stringify(received.runs).slice(0, 300)}`);
  const version = execFileSync(python, ['-c', 'import wandb; print(wandb.__version__)'], { encoding: 'utf8' }).trim();
  console.log(`wandb ${version} sent ${history.length} rows of run ${displayName} with every number as it was written`);
} finally {
  server.close();
  rmSync(folder, { recursive: true, force: true });
}
