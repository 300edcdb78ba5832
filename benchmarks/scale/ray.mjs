// node benchmarks/scale/ray.mjs [--python PATH] [--lora]     (build the packages first)
// `orsta launch --engine trl` on a Ray cluster of two nodes on this machine: two data-parallel workers train orsta-nano with TRL's
// GRPOTrainer, and a reward service runs on each node. On the way one worker and one reward service are killed. The job must end by itself,
// from its checkpoint, with every step in the records once. With --lora an adapter is trained in place of the weights. Without --python an environment with Ray and TRL is made (5 GB).
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { python: { type: 'string' }, lora: { type: 'boolean', default: false } } });
const app = fileURLToPath(new URL('../../apps/orsta/', import.meta.url));
const cli = join(app, 'dist/cli.js');
const python = values.python ?? environment();
const folder = mkdtempSync(join(tmpdir(), 'orsta-ray-'));
const STEPS = 8;
const PORTS = { ray: 6390, dashboard: 8276, rewards: 8890 };
const env = { ...process.env, RAY_DISABLE_IMPORT_WARNING: '1', OMP_NUM_THREADS: '1', HF_HUB_OFFLINE: '1' };

writeFileSync(
  join(folder, 'far.yaml'),
  `name: far
model: { path: ${join(app, 'models/orsta-nano-base')} }
${values.lora ? 'adapter: { rank: 4, targets: [q_proj, v_proj, attn.qkv], parts: [llm, vit] }\n' : ''}data: { kind: files, files: [{ path: data/samples.jsonl }] }
evaluation: { samplesPerTask: 0 }
reward: { kind: local, iouSchedule: { kind: linear, start: 0, end: 0.5 } }
trainer: { steps: ${STEPS}, promptsPerStep: 4, groupSize: 4, maxNewTokens: 40 }
checkpoint: { everySteps: 2, keep: 2 }
launch:
  nodes: 2
  gpusPerNode: 0
  python: ${python}
  maxFailures: 2
  rewards: { command: [${process.execPath}, ${cli}, serve], port: ${PORTS.rewards} }
`,
);
execFileSync(
  process.execPath,
  [cli, 'data', 'synth', '--task', 'counting', 'detection', '--count', '8', '--split', 'train', '--out', 'data'],
  {
    cwd: folder,
    stdio: 'ignore',
  },
);
try {
  ray('start', '--head', '--port', PORTS.ray, '--dashboard-port', PORTS.dashboard, '--node-ip-address', '127.0.0.1', '--num-cpus', 2);
  ray('start', '--address', `127.0.0.1:${PORTS.ray}`, '--node-ip-address', '127.0.0.1', '--num-cpus', 2);
  const started = Date.now();
  const { code, log, kills } = await launch();
  const seconds = Math.round((Date.now() - started) / 1000);
  if (code !== 0) throw new Error(`orsta launch ended with ${code}: ${log.slice(-3000)}`);
  report(log, kills, seconds);
} finally {
  ray('stop', '--force');
}

/** Launches and follows the job; after the second step a worker and a reward service are killed. */
function launch() {
  const child = spawn(process.execPath, [cli, 'launch', 'far.yaml', '--engine', 'trl', '--ray', `http://127.0.0.1:${PORTS.dashboard}`], {
    cwd: folder,
    env,
  });
  let log = '';
  let kills;
  const take = (chunk) => {
    log += chunk;
    if (kills === undefined && log.includes(`step 3/${STEPS}`)) kills = killSome(log);
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, log, kills })));
}

function killSome(log) {
  const worker = Number(/pid=(\d+)\) world_rank=1/.exec(log)?.[1]);
  const service = Number(
    execFileSync('pgrep', ['-f', `serve --workers 1 --host .* --port ${PORTS.rewards} `], { encoding: 'utf8' }).split('\n')[0],
  );
  process.kill(service, 'SIGKILL');
  process.kill(worker, 'SIGKILL');
  return { worker, service };
}

function report(log, kills, seconds) {
  if (kills === undefined) throw new Error('the job was over before anything was killed');
  const records = readFileSync(join(folder, 'runs/far/metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const rewards = records.filter(({ name }) => name === 'reward/total');
  const keys = rewards.map(({ step, source }) => `${step} ${source}`);
  if (new Set(keys).size !== keys.length) throw new Error('a step of a source is in the records twice');
  const steps = new Set(rewards.map(({ step }) => step));
  if (steps.size !== STEPS) throw new Error(`the records have ${steps.size} of ${STEPS} steps`);
  const from = /going on from \S*checkpoint-(\d+)/.exec(log)?.[1];
  if (from === undefined) throw new Error('the job did not go on from a checkpoint');
  if (!/reward service at \S+ ended with/.test(log)) throw new Error('the killed reward service was not started again');
  if (values.lora) evaluateAdapter();
  else if (!existsSync(join(folder, 'runs/far/model/model.safetensors'))) throw new Error('there is no model');
  console.log(
    `${STEPS} steps in ${seconds} s on 2 nodes; worker ${kills.worker} and reward service ${kills.service} killed once step 3 was in the log, went on from step ${from}; ${rewards.length} records of rewards, none twice`,
  );
}

/** What PEFT has written must be what this trainer adapts: as many matrices, read without an error. */
function evaluateAdapter() {
  const model = ['--model', join(app, 'models/orsta-nano-base'), '--adapter', join(folder, 'runs/far/adapter')];
  execFileSync(process.execPath, [cli, 'eval', ...model, '--samples', '2'], { stdio: 'ignore' });
}

function ray(...given) {
  execFileSync(python, ['-m', 'ray.scripts.scripts', ...given.map(String), ...(given[0] === 'start' ? ['--disable-usage-stats'] : [])], {
    env,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function environment() {
  const venv = fileURLToPath(new URL('../../node_modules/.cache/ray-venv', import.meta.url));
  const own = join(venv, 'bin/python');
  if (existsSync(join(venv, 'complete'))) return own;
  execFileSync('python3', ['-m', 'venv', venv], { stdio: 'inherit' });
  execFileSync(own, ['-m', 'pip', 'install', '--quiet', '-r', fileURLToPath(new URL('ray-requirements.txt', import.meta.url))], {
    stdio: 'inherit',
  });
  writeFileSync(join(venv, 'complete'), '');
  return own;
}
