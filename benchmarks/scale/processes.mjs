// How rewards per second grow with the number of service processes: 1, 2 and 4 `orsta serve` with one worker each, all with one Redis, and one
// client that shares out batches among them. Also measures what the simulation needs: processor time per reward, in batches and alone.
// Usage: node benchmarks/scale/processes.mjs [--seconds 6] [--warm 6] [--processes 1,2,4]   (build the packages and install redis-server first)
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createBodies, loadRequests } from '../serve/cases.mjs';
import { agent, machineTime, post, processorTime } from '../serve/drive.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '6' },
    warm: { type: 'string', default: '6' },
    processes: { type: 'string', default: '1,2,4' },
  },
});
const cli = fileURLToPath(new URL('../../apps/orsta/dist/cli.js', import.meta.url));
const runs = mkdtempSync(join(tmpdir(), 'vtriune-scale-'));
const REDIS_PORT = 16_390;
const BATCH = 256;
const requests = loadRequests();

function firstLine(child, holds = () => true) {
  return new Promise((found) => createInterface({ input: child.stdout }).on('line', (line) => holds(line) && found(line)));
}

async function startService() {
  const given = ['serve', '--port', '0', '--workers', '1', '--runs-dir', runs, '--redis-url', `redis://127.0.0.1:${REDIS_PORT}`];
  const child = spawn(process.execPath, [cli, ...given], { stdio: ['ignore', 'pipe', 'inherit'] });
  return { child, url: /http:\S+?(?=[,;])/.exec(await firstLine(child))[0] };
}

/** Keeps `connections` requests at each service under way; rewards per second and processor time per reward. */
async function load(services, { size, connections, seconds }) {
  const bodies = createBodies(requests, size);
  const pids = services.map(({ child }) => child.pid);
  const before = { service: processorTime(pids), load: processorTime([process.pid]), machine: machineTime(), at: performance.now() };
  let done = 0;
  const until = before.at + seconds * 1000;
  const keepAsking = async ({ url }) => {
    while (performance.now() < until) {
      await post(`${url}/v1/rewards`, bodies.next(Math.floor(done / 1024)));
      done += size;
    }
  };
  await Promise.all(services.flatMap((service) => Array.from({ length: connections }, () => keepAsking(service))));
  const took = (performance.now() - before.at) / 1000;
  const service = processorTime(pids) - before.service;
  const others = Math.max(0, machineTime() - before.machine - service - (processorTime([process.pid]) - before.load)) / (took * 1e6);
  return { perSecond: done / took, microseconds: service / done, others };
}

const redis = spawn('redis-server', ['--port', String(REDIS_PORT), '--save', '', '--appendonly', 'no'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
await firstLine(redis, (line) => line.includes('Ready to accept'));
console.log(`${availableParallelism()} cores`);
try {
  for (const count of values.processes.split(',').map(Number)) {
    const services = await Promise.all(Array.from({ length: count }, startService));
    await load(services, { size: BATCH, connections: 2, seconds: Number(values.warm) });
    for (const size of [BATCH, 1]) {
      const connections = size === 1 ? 16 : 2;
      const { perSecond, microseconds, others } = await load(services, { size, connections, seconds: Number(values.seconds) });
      const what = `${count} process${count === 1 ? '' : 'es'}, batches of ${size}`.padEnd(30);
      console.log(
        `${what} ${perSecond.toFixed(0)} rewards/s, ${microseconds.toFixed(0)} us of processor each; others took ${others.toFixed(2)} cores`,
      );
    }
    for (const { child } of services) child.kill('SIGTERM');
    await Promise.all(services.map(({ child }) => new Promise((ended) => child.on('exit', ended))));
  }
} finally {
  redis.kill('SIGTERM');
  agent.destroy();
  rmSync(runs, { recursive: true, force: true });
}
