// The Python adapters in the trainers they are for, against a real `orsta serve`: a GRPO run of TRL with orsta-nano, and the calls of verl,
// ms-swift and EasyR1. It fails where a reward, a step or a curve is not what it should be.
// Usage: node benchmarks/peers/peers.mjs [--python path] [--steps 3] [--record folder]   (build the packages first)
// Without --python a virtual environment with the trainers is made in node_modules/.cache and kept there.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { followPage } from './guide.mjs';
import { findPython } from './python-environment.mjs';

const { values } = parseArgs({
  options: { python: { type: 'string' }, steps: { type: 'string', default: '3' }, record: { type: 'string' } },
});
function at(path) {
  return fileURLToPath(new URL(path, import.meta.url));
}
const cli = at('../../apps/orsta/dist/cli.js');
const folder = mkdtempSync(join(tmpdir(), 'trainer-peers-'));
const adapters = join(folder, 'adapters');
const runs = join(folder, 'runs');
const samples = join(folder, 'data', 'samples.jsonl');
function orstaIn(cwd, ...given) {
  return execFileSync(process.execPath, [cli, ...given], { stdio: ['ignore', 'ignore', 'inherit'], cwd });
}
function orsta(...given) {
  return orstaIn(folder, ...given);
}

/** Starts the service on a free port; its URL is in the first line. */
function serve() {
  const given = [cli, 'serve', '--port', '0', '--workers', '1', '--runs-dir', runs];
  const server = spawn(process.execPath, given, { stdio: ['ignore', 'pipe', 'inherit'], cwd: folder });
  return new Promise((resolve, reject) => {
    let said = '';
    server.stdout.on('data', (data) => {
      said += data;
      const url = /http:\/\/[\w.:[\]]+/.exec(said)?.[0];
      if (url !== undefined) resolve({ url, server });
    });
    server.once('exit', (code) => reject(new Error(`orsta serve ended with ${code} before it listened`)));
  });
}

function python(interpreter, script, ...given) {
  const env = {
    ...process.env,
    VTRIUNE_ADAPTERS: adapters,
    OMP_NUM_THREADS: '1',
    PYTHONDONTWRITEBYTECODE: '1',
    TRANSFORMERS_VERBOSITY: 'error',
  };
  const out = execFileSync(interpreter, [at(script), ...given], { cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  // Trainers print much; the lines of the scripts themselves are those with a number of rewards.
  for (const line of out.split('\n')) if (/\d+ rewards\b/.test(line)) console.log(line);
}

/** The sources of a run that have a reward curve, and how many steps it has. */
function curvesOf(run) {
  const curves = {};
  for (const line of readFileSync(join(runs, run, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')) {
    const { name, source, step } = JSON.parse(line);
    if (name === 'reward/total') (curves[source] ??= new Set()).add(step);
  }
  return Object.entries(curves).map(([source, steps]) => `${source} ${steps.size}`);
}

try {
  const interpreter = findPython(values.python);
  mkdirSync(adapters);
  for (const name of ['verl', 'trl', 'ms-swift', 'easyr1'])
    orsta('adapter', name, '--out', join(adapters, `vtriune_${name.replace('-', '_')}.py`));
  orsta('data', 'synth', '--task', 'counting', 'detection', '--count', '4', '--split', 'train', '--out', join(folder, 'data'));
  const { url, server } = await serve();
  const stopped = new Promise((resolve) => server.once('exit', resolve));
  const record = values.record === undefined ? [] : ['--record', values.record];
  try {
    python(interpreter, 'calls.py', '--url', url, '--samples', samples, ...record);
    const model = at('../../apps/orsta/models/orsta-nano-base');
    for (const page of ['trl', 'verl']) {
      followPage({
        page,
        folder,
        samples,
        orsta: (args, cwd) => orstaIn(cwd, ...args),
        python: (script, args) => python(interpreter, script, ...args, '--url', url, '--model', model),
      });
    }
    python(
      interpreter,
      'trl_run.py',
      '--model',
      model,
      '--url',
      url,
      '--samples',
      samples,
      '--run',
      'trl',
      '--steps',
      values.steps,
      ...record,
    );
  } finally {
    server.kill('SIGTERM');
    await stopped;
  }
  const curves = curvesOf('trl');
  console.log(`curves in the run folder, with their steps: ${curves.join(', ')}`);
  if (!curves.some((curve) => curve.startsWith('nano_counting')) || !curves.some((curve) => curve.startsWith('nano_detection')))
    throw new Error('the run folder has no curves for both tasks');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
