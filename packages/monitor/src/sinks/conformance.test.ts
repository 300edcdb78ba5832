import { mkdtempSync, readdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineSink } from '../sink.ts';
import { checkSink, type SinkFactory } from '../testing/check-sink.ts';
import { bufferedSink } from './buffered-sink.ts';
import { consoleSink } from './console-sink.ts';
import { jsonlSink } from './jsonl-sink.ts';
import { mlflowSink } from './mlflow-sink.ts';
import { prometheusSink } from './prometheus-sink.ts';
import { tensorboardSink } from './tensorboard-sink.ts';
import { wandbSink } from './wandb-sink.ts';

const bodies: { path: string; body: unknown }[] = [];
let server: Server;
beforeAll(async () => {
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += String(chunk)));
    request.on('end', () => {
      const path = String(request.url).replace('/api/2.0/mlflow/', '');
      bodies.push({ path, body: text === '' ? undefined : JSON.parse(text) });
      response.statusCode = path.startsWith('experiments/get-by-name') ? 404 : 200;
      response.end(JSON.stringify({ experiment_id: '1', run: { info: { run_id: 'abc' } } }));
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
});
afterAll(() => server.close());

const root = mkdtempSync(join(tmpdir(), 'monitor-conformance-'));
function fresh(): string {
  return mkdtempSync(join(root, 'sink-'));
}
function write(): void {
  // What is shown is not looked at here.
}
const SINKS: Readonly<Record<string, SinkFactory>> = {
  jsonl: () => jsonlSink(fresh()),
  tensorboard: () => tensorboardSink(fresh(), { imageFolder: root }),
  console: () => consoleSink({ write, isTTY: true }),
  'console without a terminal': () => consoleSink({ write }),
  prometheus: () => prometheusSink(),
  mlflow: () => mlflowSink({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, experiment: 'e' }),
  wandb: () => wandbSink(fresh(), { project: 'p' }),
  buffered: () => bufferedSink(jsonlSink(fresh()), { onWarning: write }),
  'buffered, of a sink that always fails': () =>
    bufferedSink(defineSink({ name: 'broken', write: () => Promise.reject(new Error('no')) }), { onWarning: write }),
};

describe('every sink keeps the contract', () => {
  it.each(Object.entries(SINKS))('%s', async (_, make) => {
    expect(await checkSink(make)).toEqual([]);
    // Nothing was written beside its folder, whatever names the records had.
    expect(readdirSync(root).every((name) => name.startsWith('sink-'))).toBe(true);
  });
});

describe('checkSink', () => {
  it('tells what a sink does wrong', async () => {
    const wrong = () =>
      defineSink({
        name: 'wrong',
        write: (records: readonly unknown[]) => {
          if (records.length === 0) throw new Error('nothing to write');
        },
        close: () => Promise.reject(new Error('closed twice')),
      });
    expect(await checkSink(wrong)).toEqual([
      'no metrics: nothing to write',
      'closing it: closed twice',
      'closing it twice: closed twice',
      'closing one that was never used: closed twice',
    ]);
  });
});

describe('mlflowSink', () => {
  it('sends at most a thousand metrics at once, under names that MLflow takes', () => {
    const batches = bodies
      .filter(({ path }) => path === 'runs/log-batch')
      .flatMap(({ body }) => (body as { metrics?: { key: string }[] }).metrics ?? []);
    expect(batches.length).toBeGreaterThan(300);
    for (const { key } of batches) expect(key).toMatch(/^[A-Za-z0-9_./ -]{1,250}$/);
    expect(batches.map(({ key }) => key)).toContain('train/name/3/math/math');
  });
});

describe('prometheusSink', () => {
  it('gives the newest value of each series, with escaped labels', () => {
    const sink = prometheusSink();
    const metric = { run: 'r', split: 'train', source: 'a"b\\c\nd', name: 'reward/total' };
    void sink.write([
      { ...metric, step: 1, value: 0.25 },
      { ...metric, step: 2, value: 0.5 },
    ]);
    void sink.writeAlarms?.([{ run: 'r', step: 2, source: 'all', alarm: 'no_signal', severity: 'warning', message: 'm', values: {} }]);
    expect(
      sink
        .text()
        .split('\n')
        .filter((line) => !line.startsWith('#')),
    ).toEqual([
      'vtriune_metric{run="r",split="train",source="a\\"b\\\\c\\nd",name="reward/total"} 0.5',
      'vtriune_step{run="r",split="train"} 2',
      'vtriune_alarms_total{run="r",source="all",alarm="no_signal",severity="warning"} 1',
      'vtriune_series_dropped 0',
      '',
    ]);
  });

  it('keeps a bounded number of series', () => {
    const sink = prometheusSink({ maxSeries: 2 });
    void sink.write(['a', 'b', 'c'].map((name) => ({ run: 'r', step: 1, source: 'all', split: 'train', name, value: 1 })));
    expect(sink.text()).not.toContain('name="c"');
    expect(sink.text()).toContain('vtriune_series_dropped 1');
  });
});
