// A whole step of orsta-nano here and in TRL's GRPOTrainer: 32 prompts of the eight tasks, 8 responses of at most 56 tokens, vision tower frozen.
// Ours computes the real rewards, TRL's a number that costs nothing.
//
//   node benchmarks/engine/trl.mjs --python PATH [--rounds 3]     PATH is a Python with trl, transformers and torch (benchmarks/peers)
//
// The two take turns, each in a process of its own. Medians of the steps after the third (ours) and the first (TRL's).
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median } from './workload.mjs';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '3' }, python: { type: 'string', default: 'python3' } } });
const orsta = here('../../apps/orsta/bin/orsta.js');
const folder = mkdtempSync(join(tmpdir(), 'trl-'));
run(process.execPath, [orsta, 'data', 'synth', '--count', '32', '--split', 'train', '--out', join(folder, 'data')]);

function here(name) {
  return fileURLToPath(new URL(name, import.meta.url));
}

function run(command, parameters) {
  return execFileSync(command, parameters, { encoding: 'utf8', cwd: folder, maxBuffer: 2 ** 26, stdio: ['ignore', 'pipe', 'ignore'] });
}

function ours(round) {
  const settings = ['trainer.steps=20', 'evaluation.samplesPerTask=0', '--run-name', `round-${round}`, '--runs-dir', folder];
  run(process.execPath, [orsta, 'train', here('../../apps/orsta/recipes/nano.yaml'), ...settings]);
  const records = readFileSync(join(folder, `round-${round}`, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map(JSON.parse);
  const of = (name) => median(records.filter((one) => one.source === 'all' && one.name === name && one.step > 3).map(({ value }) => value));
  return { step: of('time/step'), length: of('length/mean') };
}

function theirs() {
  const model = here('../../apps/orsta/models/orsta-nano-loose');
  const output = run(values.python, [here('trl_step.py'), model, join(folder, 'data', 'samples.jsonl'), '6']);
  const said = JSON.parse(output.trim().split('\n').at(-1));
  return { step: said.step, length: median(said.meanLength), peer: said.peer };
}

const rounds = Array.from({ length: Number(values.rounds) }, (_, round) => ({ ours: ours(round), theirs: theirs() }));
for (const { ours: own, theirs: other } of rounds)
  console.log(
    `ours ${own.step.toFixed(3)} s (${own.length.toFixed(1)} tokens a response), TRL ${other.step.toFixed(3)} s (${other.length.toFixed(1)}): ${(other.step / own.step).toFixed(1)} times`,
  );
console.log(`median ${median(rounds.map((one) => one.theirs.step / one.ours.step)).toFixed(1)} times; ${rounds[0].theirs.peer}`);
rmSync(folder, { recursive: true });
