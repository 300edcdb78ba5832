// Whether runs of TRL and verl can be watched: what `orsta adapter trl|verl --with-monitor` prints streams to a real `orsta watch --ingest`, and what
// was recorded there is compared with the trainer's own log. Run after a build:
//
//     node benchmarks/monitor/stream.mjs [--python PATH]   without a path an environment is made as for `trainers`
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { importTrl, importVerl } from '../../packages/monitor/dist/importers.js';
import { findPython } from '../peers/python-environment.mjs';

const { values } = parseArgs({ options: { python: { type: 'string' } } });
function at(path) {
  return fileURLToPath(new URL(path, import.meta.url));
}
const cli = at('../../apps/orsta/dist/cli.js');
const folder = mkdtempSync(join(tmpdir(), 'monitor-stream-'));
const runs = join(folder, 'runs');

async function watch() {
  const child = spawn(process.execPath, [cli, 'watch', '--port', '0', '--ingest', runs], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  for await (const part of child.stdout) {
    said += part;
    const url = /http:\/\/[\w.:]+/.exec(said)?.[0];
    if (url !== undefined) return { child, url };
  }
  throw new Error(`orsta watch ended: ${said}`);
}

function readLines(...path) {
  return readFileSync(join(...path), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** Compares metrics of a run with what the trainer logged itself; `names` are ours and theirs. */
function compare(run, own, names) {
  const metrics = readLines(runs, run, 'metrics.jsonl');
  const valueOf = (records, step, name) => records.find((one) => one.step === step && one.source === 'all' && one.name === name)?.value;
  for (const step of [1, 2, 3])
    for (const [ours, theirs] of names) {
      const [recorded, logged] = [valueOf(metrics, step, ours), valueOf(own, step, theirs)];
      if (recorded === undefined || logged === undefined || Math.abs(recorded - logged) > 1e-6)
        throw new Error(`${run}, step ${step}, ${ours}: recorded ${recorded}, the trainer says ${logged}`);
    }
  const rollouts = readLines(runs, run, 'rollouts.jsonl');
  const sources = [...new Set(rollouts.map(({ source }) => source))].sort();
  console.log(
    `${run}: ${rollouts.length} rollouts of ${sources.join(' and ')}, ${metrics.length} metrics; ${names.map(([ours]) => ours).join(', ')} of 3 steps are what the trainer logged`,
  );
}

try {
  const python = findPython(values.python);
  const { child, url } = await watch();
  const ended = once(child, 'exit');
  for (const name of ['trl', 'verl']) {
    mkdirSync(join(folder, name));
    execFileSync(process.execPath, [cli, 'adapter', name, '--with-monitor', '--out', join(folder, name, `vtriune_${name}.py`)], {
      stdio: 'ignore',
    });
  }
  const run = (script, given, more = {}) => {
    const env = { ...process.env, OMP_NUM_THREADS: '1', PYTHONDONTWRITEBYTECODE: '1', ...more };
    execFileSync(python, [at(script), ...given], { cwd: folder, env, stdio: ['ignore', 'ignore', 'inherit'] });
  };
  try {
    const verl = { PYTHONPATH: join(folder, 'verl'), VERL_USE_EXTERNAL_MODULES: 'vtriune_verl', VTRIUNE_MONITOR: url, VTRIUNE_RUN: 'verl' };
    run('verl_stream.py', [join(folder, 'verl-out')], verl);
    const model = at('../../apps/orsta/models/orsta-nano-base');
    run('trl_stream.py', [join(folder, 'trl', 'vtriune_trl.py'), model, url, join(folder, 'trl-out')]);
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
  const same = (...names) => names.map((name) => [name, name]);
  const trl = importTrl(readFileSync(join(folder, 'trl-out', 'checkpoint-3', 'trainer_state.json'), 'utf8'), { run: 'trl' });
  compare('trl', trl.records, same('reward/total', 'policy/loss', 'length/mean'));
  const verl = importVerl(readFileSync(join(folder, 'verl-out', 'verl.jsonl'), 'utf8'), { run: 'verl' });
  compare('verl', verl.records, [...same('policy/loss', 'reward/total'), ['length/mean', 'length/mean']]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
