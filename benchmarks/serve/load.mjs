// The reward service under load, against the Python packages that V-Triune's server stands on, in one run.
// Usage: node benchmarks/serve/load.mjs [--seconds 8] [--python path] [--peer-seconds 20] [--soak N] [--no-record]
// Service and load share the machine; the load comes from one thread of this process. Cases: every maths golden and every detection golden of
// @vtriune/verifiers, mixed one to one. Measured: rewards/s in batches of 256, single-item requests/s, latency at half that rate, and with
// --soak N rewards the service's memory along the way.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '8' },
    python: { type: 'string' },
    'peer-seconds': { type: 'string', default: '20' },
    soak: { type: 'string', default: '0' },
    'no-record': { type: 'boolean', default: false },
    'no-peer': { type: 'boolean', default: false },
  },
});
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const BATCH = 256;

/** Maths and detection cases in turn, as requests. */
function loadCases() {
  const fixtures = here('../../packages/verifiers/test/fixtures/');
  const maths = JSON.parse(readFileSync(`${fixtures}math/math-goldens.json`, 'utf8')).rows.map(([, ground_truth, response]) => ({
    data_source: 'math',
    verifier: 'mathverify',
    response,
    ground_truth,
  }));
  const boxes = JSON.parse(readFileSync(`${fixtures}detection-reward.json`, 'utf8')).cases.map(({ prediction, solution }) => ({
    data_source: 'boxes',
    verifier: 'detection',
    verifier_parm: { iou_threshold: 'average' },
    response: prediction,
    ground_truth: solution,
  }));
  return maths.flatMap((item, index) => [item, boxes[index % boxes.length]]).map((item, index) => ({ id: String(index), ...item }));
}

async function startService() {
  const runs = mkdtempSync(join(tmpdir(), 'vtriune-load-'));
  const given = ['serve', '--port', '0', '--runs-dir', runs, '--workers', '2', ...(values['no-record'] ? ['--no-record'] : [])];
  const child = spawn(process.execPath, [here('../../apps/orsta/dist/cli.js'), ...given], { stdio: ['ignore', 'pipe', 'inherit'] });
  const line = await new Promise((found) => createInterface({ input: child.stdout }).once('line', found));
  return { child, url: /http:\S+?(?=[,;])/.exec(line)[0] };
}

async function startPeer() {
  const python = values.python ?? preparePython();
  const child = spawn(python, [here('load-peer.py'), '18765'], { stdio: ['ignore', 'ignore', 'inherit'], detached: true });
  const url = 'http://127.0.0.1:18765';
  for (let waited = 0; waited < 120; waited++) {
    if (
      await fetch(`${url}/docs`).then(
        (answer) => answer.ok,
        () => false,
      )
    )
      break;
    await new Promise((done) => setTimeout(done, 500));
  }
  return { child, url };
}

function preparePython() {
  const folder = here('../../node_modules/.cache/load-peers-venv');
  const python = `${folder}/bin/python`;
  if (!existsSync(python)) execFileSync('python3', ['-m', 'venv', folder], { stdio: 'inherit' });
  const packages = [
    'math-verify==0.9.0',
    'latex2sympy2_extended==1.11.0',
    'antlr4-python3-runtime==4.13.2',
    'pycocotools==2.0.11',
    'fastapi',
    'uvicorn',
  ];
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages], { stdio: 'inherit' });
  return python;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const post = (url, body) =>
  new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers: { 'content-type': 'application/json', 'content-length': body.length } });
    sent.on('error', reject);
    sent.on('response', (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () =>
        answer.statusCode === 200 ? resolve(Buffer.concat(parts)) : reject(new Error(`status ${answer.statusCode}`)),
      );
    });
    sent.end(body);
  });

/** `connections` callers ask one body after the other until the time is over; resolves to requests and seconds. */
async function saturate(url, bodies, { connections, seconds }) {
  const began = performance.now();
  let done = 0;
  let next = 0;
  const caller = async () => {
    while (performance.now() - began < seconds * 1000) {
      await post(url, bodies[next++ % bodies.length]);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, caller));
  return { done, seconds: (performance.now() - began) / 1000 };
}

/** Requests at a steady rate, whether or not earlier ones were answered; resolves to sorted latencies in milliseconds. */
async function paced(url, bodies, { perSecond, seconds }) {
  const latencies = [];
  const open = [];
  const began = performance.now();
  for (let sent = 0; sent < perSecond * seconds;) {
    const due = ((performance.now() - began) / 1000) * perSecond;
    for (; sent < due; sent++) {
      const at = performance.now();
      open.push(post(url, bodies[sent % bodies.length]).then(() => latencies.push(performance.now() - at)));
    }
    await new Promise((turn) => setTimeout(turn, 1));
  }
  await Promise.all(open);
  return latencies.sort((a, b) => a - b);
}

const cases = loadCases();
const bodyOf = (requests) => Buffer.from(JSON.stringify({ run: 'load', requests }));
// Ids differ from call to call, as those of a trainer do.
const batches = Array.from({ length: 40 }, (_, b) =>
  bodyOf(
    Array.from({ length: BATCH }, (_, i) => ({
      ...cases[(b * BATCH + i) % cases.length],
      id: `${b}-${i}`,
      progress: { step: b, total_steps: 40 },
    })),
  ),
);
const singles = cases.map((item) => bodyOf([item]));
const seconds = Number(values.seconds);

const { child, url } = await startService();
const route = `${url}/v1/rewards`;
const check = JSON.parse(await post(route, batches[0]));
const failed = check.results.filter(({ status }) => status === 'failed').length;
await saturate(route, batches, { connections: 4, seconds: 3 });
const inBatches = await saturate(route, batches, { connections: 4, seconds });
const rewardsPerSecond = (inBatches.done * BATCH) / inBatches.seconds;
const alone = await saturate(route, singles, { connections: 32, seconds });
const requestsPerSecond = alone.done / alone.seconds;
const latencies = await paced(route, singles, { perSecond: requestsPerSecond / 2, seconds });
const at = (share) => latencies[Math.floor(share * latencies.length)].toFixed(2);
console.log(`${cases.length} cases, ${failed} of the first ${BATCH} failed (detection goldens without a readable truth)`);
console.log(`batches of ${BATCH}      ${rewardsPerSecond.toFixed(0)} rewards/s`);
console.log(`single items        ${requestsPerSecond.toFixed(0)} requests/s`);
console.log(`at half that rate   p50 ${at(0.5)} ms   p99 ${at(0.99)} ms`);

const soak = Number(values.soak);
const memory = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) / 1024;
for (let scored = 0, part = 0; scored < soak; part++) {
  const { done } = await saturate(route, batches, { connections: 4, seconds: 5 });
  scored += done * BATCH;
  if (part % 2 === 0) console.log(`soak ${scored} rewards   ${memory().toFixed(0)} MB`);
}
child.kill('SIGTERM');
await new Promise((ended) => child.on('exit', ended));

if (!values['no-peer']) {
  const peer = await startPeer();
  const small = Array.from({ length: 40 }, (_, b) => bodyOf(Array.from({ length: 32 }, (_, i) => cases[(b * 32 + i) % cases.length])));
  const found = await saturate(`${peer.url}/rewards`, small, { connections: 2, seconds: 3 })
    .then(() => saturate(`${peer.url}/rewards`, small, { connections: 4, seconds: Number(values['peer-seconds']) }))
    .finally(() => process.kill(-peer.child.pid));
  const peerPerSecond = (found.done * 32) / found.seconds;
  console.log(`FastAPI, 2 workers  ${peerPerSecond.toFixed(0)} rewards/s in batches of 32`);
  console.log(`ratio               ${(rewardsPerSecond / peerPerSecond).toFixed(0)}`);
}
agent.destroy();
