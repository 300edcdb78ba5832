// What the sinks write, read back by what it is written for: TensorBoard's own reader, a real MLflow server, and the parser of Prometheus' Python
// client. Needs a Python with tensorboard, mlflow and prometheus-client. Run after a build:
//
//     node benchmarks/monitor/sinks.mjs --python PATH
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32, deflateSync } from 'node:zlib';
import { createMonitor, mlflowSink, prometheusSink, tensorboardSink } from '../../packages/monitor/dist/index.js';

const given = process.argv.indexOf('--python');
if (given === -1) {
  console.log('not measured: pass --python PATH of an interpreter with tensorboard, mlflow and prometheus-client');
  process.exit(0);
}
const python = process.argv[given + 1];
const folder = mkdtempSync(join(tmpdir(), 'monitor-sinks-'));
const port = 15_000 + (process.pid % 1000);
const url = `http://127.0.0.1:${port}`;
const server = spawn(
  join(dirname(python), 'mlflow'),
  [
    'server',
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    '--workers',
    '1',
    '--backend-store-uri',
    `sqlite:///${join(folder, 'mlflow.db')}`,
  ],
  { cwd: folder, stdio: 'ignore', detached: true },
);
try {
  await answers(`${url}/health`);
  writeFileSync(join(folder, 'image.png'), whitePng(20, 10));
  const prometheus = prometheusSink();
  const sinks = [
    tensorboardSink(join(folder, 'tensorboard'), { imageFolder: folder }),
    prometheus,
    mlflowSink({ url, experiment: 'vtriune' }),
  ];
  const monitor = createMonitor({ run: 'demo', sinks });
  for (const step of [1, 2, 3]) {
    monitor.recordRollouts(
      [0, 1].map((reward) => ({
        step,
        source: 'math/two',
        sample: 's',
        prompt: '1+1?',
        response: `It is **${reward}**.`,
        response_tokens: 4 + reward,
        images: ['image.png'],
        boxes: [{ bbox_2d: [2, 2, 12, 8], kind: 'predicted' }],
        result: {
          id: 's',
          data_source: 'math/two',
          verifier: 'v',
          status: 'scored',
          reward,
          components: { accuracy: reward },
          metrics: {},
        },
      })),
    );
    monitor.recordMetrics([{ step, name: 'policy/entropy', value: step / 4 }]);
    monitor.recordAlarms([{ step, alarm: 'no_signal', severity: 'warning', message: 'all "equal"', values: {} }]);
    await monitor.endStep(step);
  }
  await monitor.close();
  writeFileSync(join(folder, 'metrics.txt'), prometheus.text());
  const script = fileURLToPath(new URL('read_sinks.py', import.meta.url));
  process.stdout.write(execFileSync(python, [script, folder, url], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }));
} finally {
  process.kill(-server.pid);
}

async function answers(address) {
  for (let attempt = 0; attempt < 600; attempt++) {
    const { ok } = await fetch(address).catch(() => ({ ok: false }));
    if (ok) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`${address} does not answer`);
}

function whitePng(width, height) {
  const chunk = (name, data) => {
    const body = Buffer.concat([Buffer.from(name), data]);
    const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    checksum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, checksum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits of red, green and blue; each row begins with its filter, none.
  header.set([8, 2, 0, 0, 0], 8);
  const rows = Buffer.concat(Array.from({ length: height }, () => Buffer.concat([Buffer.of(0), Buffer.alloc(3 * width, 255)])));
  const signature = Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}
