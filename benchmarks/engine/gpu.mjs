// What a GPU does with this engine, in one go: what the doctor says, the operator suite, a short training against wasm, whole steps of growing
// width with the optimizer on the device and on the host, against wasm (and against PyTorch on the same GPU, with --python PATH), memory, and a
// LoRA step in the shape of Qwen2.5-VL-3B.
//
//   npx orsta backend install gpu --cuda && node benchmarks/engine/gpu.mjs [--out FILE] [--python PATH] [--parts doctor,suite,...] [--columns device,...]
//
// `columns` are those of the parts `training` and `widths`: device (the optimizer on the device), host, torch, tf32, wasm.
// Needs Node.js 22.18 or later, and a build. Every measurement is a process of its own. Prints the results and writes them as JSON.
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { nativeEnvironment } from '@vtriune/trainer';

const ORSTA = here('../../apps/orsta/bin/orsta.js');
const GPU = 'tfjs-node-gpu';
const PARTS = ['doctor', 'suite', 'precision', 'training', 'widths', 'calls', 'memory', 'large', 'checkpointing'];
const COLUMNS = ['device', 'host', 'torch', 'tf32', 'wasm'];
/** An allocator that gives memory back, so that its peak says what was needed. */
const POOL = { TF_GPU_ALLOCATOR: 'cuda_malloc_async' };
const { values: options } = parseArgs({
  options: {
    out: { type: 'string', default: 'gpu.json' },
    python: { type: 'string' },
    parts: { type: 'string', default: PARTS.join() },
    backend: { type: 'string', default: GPU },
    columns: { type: 'string', default: COLUMNS.join() },
    widths: { type: 'string', default: '128,512,1024,2048' },
    steps: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '900' },
  },
});
const deadline = performance.now() + Number(options.seconds) * 1000;
// What `orsta` sets for training, unless a part says otherwise.
Object.assign(process.env, nativeEnvironment({ environment: process.env, ranks: 1, cores: availableParallelism() }));
const results = { machine: `${cpus().length} x ${cpus()[0]?.model}`, node: process.version };

function here(name) {
  return fileURLToPath(new URL(name, import.meta.url));
}

/** What a program printed last, parsed; what it said where it fails or the time is up. */
function json(command, parameters, environment = {}) {
  return new Promise((resolve) => {
    const began = performance.now();
    const options = {
      env: { ...process.env, ...environment },
      timeout: Math.max(1000, Math.round(deadline - performance.now())),
      maxBuffer: 2 ** 26,
    };
    execFile(command, parameters, options, (error, output, said) => {
      const seconds = (performance.now() - began) / 1000;
      if (error === null) resolve({ ...JSON.parse(output.trim().split('\n').at(-1)), wall: seconds });
      else resolve({ failed: String(error.message).slice(0, 200), said: said.slice(-1500), output: output.slice(-500), wall: seconds });
    });
  });
}
function node(script, parameters, environment) {
  return json(process.execPath, [here(script), ...parameters.map(String)], environment);
}

function text(command, parameters, environment = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, parameters, { env: { ...process.env, ...environment } });
    let said = '';
    child.stdout.on('data', (chunk) => (said += chunk));
    child.stderr.on('data', (chunk) => (said += chunk));
    child.on('close', () => resolve(said));
    child.on('error', (error) => resolve(String(error)));
  });
}

/** Runs work and watches how much memory of the GPU is in use meanwhile. */
async function watched(work) {
  let most = 0;
  const child = spawn('nvidia-smi', ['--query-gpu=memory.used', '--format=csv,noheader,nounits', '-lms', '200']);
  child.on('error', () => undefined);
  child.stdout.on('data', (chunk) => (most = Math.max(most, ...String(chunk).trim().split('\n').map(Number).filter(Number.isFinite))));
  const result = await work();
  child.kill();
  return { ...result, gpuMemoryMB: most };
}

function save(name, result) {
  results[name] = result;
  writeFileSync(options.out, `${JSON.stringify(results, undefined, 1)}\n`);
  console.log(`== ${name} ${JSON.stringify(result).slice(0, 1500)}`);
}

/** The numbers that a run reports, by step. */
async function train(name, backend, { environment = {}, more = [] } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'gpu-run-'));
  const recipe = here('../../apps/orsta/recipes/nano.yaml');
  const settings = [`trainer.steps=${options.steps}`, 'evaluation.samplesPerTask=0', 'engine.ranks=1', `engine.backend=[${backend}]`];
  const began = performance.now();
  const said = await text(
    process.execPath,
    [ORSTA, 'train', recipe, ...settings, ...more, '--run-name', name, '--runs-dir', folder],
    environment,
  );
  const seconds = (performance.now() - began) / 1000;
  try {
    const records = readFileSync(join(folder, name, 'metrics.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const wanted = /^(policy|optimizer|time)\/|^reward\/total$|^length\/mean$/;
    const steps = {};
    for (const { source, name: metric, step, value } of records)
      if (source === 'all' && wanted.test(metric)) (steps[metric] ??= {})[step] = Number(value.toPrecision(7));
    return { seconds, steps, names: [...new Set(records.map(({ name: metric }) => metric))].length };
  } catch (error) {
    return { failed: String(error), said: said.slice(-2000), seconds };
  }
}

/** The measurements of the columns that are asked for, one after the other. */
async function inColumns(measurements) {
  const row = {};
  for (const [name, measure] of Object.entries(measurements)) if (options.columns.split(',').includes(name)) row[name] = await measure();
  return row;
}

const parts = {
  doctor: async () => ({
    nvidia: await text('nvidia-smi', ['--query-gpu=name,driver_version,compute_cap,memory.total', '--format=csv,noheader']),
    doctor: (await text(process.execPath, [ORSTA, 'backend', 'doctor'])).split('\n'),
  }),
  suite: () => node('gpu-suite.mjs', [options.backend]),
  // As TensorFlow is by itself.
  precision: () => node('gpu-suite.mjs', [options.backend], { NVIDIA_TF32_OVERRIDE: '1', TF_DETERMINISTIC_OPS: '0' }),
  training: async () => {
    const trainOn = (backend, optimizer = 'auto') => node('../../packages/trainer/test/train-on.mjs', [backend, 1, optimizer]);
    const small = {
      wasm: await trainOn('wasm'),
      gpu: await trainOn(options.backend),
      again: await trainOn(options.backend),
      host: await trainOn(options.backend, 'host'),
    };
    return {
      small: { ...small, repeats: small.gpu.weights === small.again.weights },
      ...(await inColumns({
        device: () => watched(() => train('gpu', options.backend)),
        host: () => watched(() => train('host', options.backend, { more: ['engine.optimizer=host'] })),
        tf32: () => train('tf32', options.backend, { environment: { NVIDIA_TF32_OVERRIDE: '1' } }),
        wasm: () => train('wasm', 'wasm'),
      })),
    };
  },
  widths: async () => {
    const rows = [];
    for (const width of options.widths.split(',').map(Number)) {
      const widths = (...parameters) => node('gpu-widths.mjs', parameters);
      const measured = await inColumns({
        device: () => watched(() => widths(options.backend, width, 1, 6, 'auto')),
        host: () => watched(() => widths(options.backend, width, 1, 4, 'host')),
        torch: () => (options.python === undefined ? 'not asked for' : json(options.python, [here('gpu_peer.py'), String(width), '7'])),
        tf32: () => node('gpu-widths.mjs', [options.backend, width, 1, 4], { NVIDIA_TF32_OVERRIDE: '1' }),
        wasm: () => (width < 2048 ? widths('wasm', width, Math.min(8, availableParallelism()), 3) : 'not run'),
      });
      rows.push({ width, ...measured });
      save('widths so far', rows);
    }
    return rows;
  },
  calls: () => node('gpu-calls.mjs', [options.backend, 1024, 4]),
  memory: () => watched(() => node('gpu-widths.mjs', [options.backend, 512, 1, 2], { TF_FORCE_GPU_ALLOW_GROWTH: 'false' })),
  large: async () => ({
    device: await watched(() => node('gpu-large.mjs', [options.backend])),
    host: await watched(() => node('gpu-large.mjs', [options.backend, '--optimizer', 'host'])),
  }),
  checkpointing: async () => {
    const run = (...more) =>
      watched(() => node('gpu-large.mjs', [options.backend, '--text', 1500, '--responses', 2, '--tokens', 8, ...more], POOL));
    return { off: await run(), on: await run('--checkpointing') };
  },
};

const wanted = options.parts.split(',');
const unknown = [
  ...wanted.filter((part) => !PARTS.includes(part)),
  ...options.columns.split(',').filter((name) => !COLUMNS.includes(name)),
];
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(', ')}. Parts: ${PARTS.join(', ')}. Columns: ${COLUMNS.join(', ')}.`);
  process.exit(2);
}
for (const part of wanted) save(part, await parts[part]());
