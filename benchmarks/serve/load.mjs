// The reward service under load, against the Python packages that V-Triune's server stands on, in one run.
// Usage: node benchmarks/serve/load.mjs [--seconds 8] [--warm 30] [--python path] [--peer-seconds 20] [--soak N] [--no-record] [--no-peer]
// Service and load share the machine; the load comes from one thread of this process, and is described in `cases.mjs`. Both sides get the same. Measured:
// rewards/s in batches of 256, single-item requests/s, latency of both at half that rate, and with --soak N rewards the service's memory
// along the way. The service has --warm seconds of full load before what is compared, because each of its threads compiles its code for about half a
// minute; its first seconds are shown beside it. The peer is asked in batches of 32 by as many callers as it has workers.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createBodies, loadRequests } from './cases.mjs';
import { agent, familyOf, machineTime, paced, post, processorTime, residentMb, saturate } from './drive.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '8' },
    python: { type: 'string' },
    'peer-seconds': { type: 'string', default: '20' },
    warm: { type: 'string', default: '30' },
    soak: { type: 'string', default: '0' },
    'no-record': { type: 'boolean', default: false },
    'no-peer': { type: 'boolean', default: false },
  },
});
function here(path) {
  return fileURLToPath(new URL(path, import.meta.url));
}
const BATCH = 256;
const PEER_BATCH = 32;
const PER_STEP = 1024;
const COLD_SECONDS = 3;

async function startService(runs) {
  const given = ['serve', '--port', '0', '--runs-dir', runs, '--workers', '2', ...(values['no-record'] ? ['--no-record'] : [])];
  const child = spawn(process.execPath, [here('../../apps/orsta/dist/cli.js'), ...given], { stdio: ['ignore', 'pipe', 'inherit'] });
  const line = await new Promise((found) => createInterface({ input: child.stdout }).once('line', found));
  return { child, url: /http:\S+?(?=[,;])/.exec(line)[0] };
}

async function startPeer() {
  const python = values.python ?? preparePython();
  const child = spawn(python, [here('load-peer.py'), '18765'], { stdio: ['ignore', 'ignore', 'inherit'], detached: true });
  const url = 'http://127.0.0.1:18765';
  const answers = () =>
    fetch(`${url}/docs`).then(
      (answer) => answer.ok,
      () => false,
    );
  for (let waited = 0; waited < 120 && !(await answers()); waited++) await new Promise((done) => setTimeout(done, 500));
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

/** Bodies under steps that go on by one every `PER_STEP` rewards. */
let asked = 0;
function nextOf(bodies, size) {
  return () => {
    const step = Math.floor(asked / PER_STEP);
    asked += size;
    return bodies.next(step);
  };
}

const requests = loadRequests();
const nextBatch = nextOf(createBodies(requests, BATCH), BATCH);
const nextSingle = nextOf(createBodies(requests, 1), 1);
const seconds = Number(values.seconds);
function percentiles(latencies) {
  return [0.5, 0.99, 1]
    .map((share) => latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))].toFixed(2))
    .join(' / ');
}
const runs = mkdtempSync(join(tmpdir(), 'vtriune-load-'));

/** Saturates a service and says what a reward costs there, here, and what others took of the machine meanwhile. */
async function measure(url, nextBody, { size, pids, connections, duration = seconds }) {
  const before = { service: processorTime(pids), load: processorTime([process.pid]), machine: machineTime() };
  const { done, seconds: took } = await saturate(url, nextBody, { connections, seconds: duration });
  const service = processorTime(pids) - before.service;
  const load = processorTime([process.pid]) - before.load;
  const others = Math.max(0, machineTime() - before.machine - service - load) / (took * 1e6);
  const [each, loadEach] = [service / (done * size), load / (done * size)];
  const text = `${each.toFixed(0)} us of processor each in the service, ${loadEach.toFixed(0)} in the load; others took ${others.toFixed(2)} cores`;
  return { perSecond: (done * size) / took, each, text };
}

async function measureService({ child, url }) {
  const route = `${url}/v1/rewards`;
  const { pid } = child;
  const cold = await measure(route, nextBatch, { size: BATCH, pids: [pid], connections: 4, duration: COLD_SECONDS });
  console.log(`batches, first ${COLD_SECONDS} s  ${cold.perSecond.toFixed(0)} rewards/s (${cold.text})`);
  await saturate(route, nextBatch, { connections: 4, seconds: Number(values.warm) });
  const batches = await measure(route, nextBatch, { size: BATCH, pids: [pid], connections: 4 });
  console.log(`batches of ${BATCH}      ${batches.perSecond.toFixed(0)} rewards/s (${batches.text})`);
  const spread = await paced(route, nextBatch, { perSecond: batches.perSecond / BATCH / 2, seconds });
  console.log(`  at half that rate p50 / p99 / max ${percentiles(spread)} ms`);
  await saturate(route, nextSingle, { connections: 32, seconds: 1 });
  const singles = await measure(route, nextSingle, { size: 1, pids: [pid], connections: 32 });
  console.log(`single items        ${singles.perSecond.toFixed(0)} requests/s (${singles.text})`);
  const alone = await paced(route, nextSingle, { perSecond: singles.perSecond / 2, seconds });
  console.log(`  at half that rate p50 / p99 / max ${percentiles(alone)} ms`);
  const soak = Number(values.soak);
  for (let scored = 0, shown = 0; scored < soak;) {
    const { done } = await saturate(route, nextBatch, { connections: 4, seconds: 2 });
    scored += done * BATCH;
    if (scored - shown < soak / 20 && scored < soak) continue;
    shown = scored;
    console.log(`soak ${scored} rewards   ${residentMb(pid).toFixed(0)} MB`);
  }
  return batches;
}

async function measurePeer() {
  const { child, url } = await startPeer();
  const nextSmall = nextOf(createBodies(requests, PEER_BATCH), PEER_BATCH);
  try {
    const route = `${url}/rewards`;
    await saturate(route, nextSmall, { connections: 2, seconds: 3 });
    const given = { size: PEER_BATCH, pids: familyOf(child.pid), connections: 4, duration: Number(values['peer-seconds']) };
    return { ...(await measure(route, nextSmall, given)), body: JSON.parse(await post(route, createBodies(requests, BATCH).next(0))) };
  } finally {
    process.kill(-child.pid);
  }
}

/** Both sides must do the work: how many of the first batch's maths rewards are 1 on each side, and on how many they agree. */
function compare(ours, theirs) {
  const maths = ours.results.flatMap((result, index) =>
    result.verifier === 'mathverify' && result.status === 'scored' ? [[result.reward, theirs.rewards[index]]] : [],
  );
  const right = (side) => maths.filter((pair) => pair[side] === 1).length;
  const boxes = theirs.rewards.filter((reward, index) => ours.results[index].verifier === 'detection' && reward > 0).length;
  return `of ${maths.length} maths items ${right(0)} right here and ${right(1)} there, ${maths.filter(([a, b]) => a === b).length} agree; ${boxes} detections above 0 there`;
}

const service = await startService(runs);
const first = JSON.parse(await post(`${service.url}/v1/rewards`, createBodies(requests, BATCH).next(0)));
const failed = first.results.filter(({ status }) => status === 'failed').length;
console.log(`${requests.length} responses before one comes again with another attempt; ${failed} of the first ${BATCH} failed`);
const batches = await measureService(service);
service.child.kill('SIGTERM');
await new Promise((ended) => service.child.on('exit', ended));
rmSync(runs, { recursive: true });

if (!values['no-peer']) {
  const peer = await measurePeer();
  console.log(`FastAPI, 2 workers  ${peer.perSecond.toFixed(0)} rewards/s in batches of ${PEER_BATCH} (${peer.text})`);
  console.log(
    `ratio               ${(batches.perSecond / peer.perSecond).toFixed(1)} by time, ${(peer.each / batches.each).toFixed(1)} by processor time`,
  );
  console.log(`                    ${compare(first, peer.body)}`);
}
agent.destroy();
