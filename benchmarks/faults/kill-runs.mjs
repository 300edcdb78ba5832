// node benchmarks/faults/kill-runs.mjs [--kills 200] [--seed 1] [--minutes 60]
// Kills a training run (evaluation, steps, checkpoints) with SIGKILL at random moments and resumes it, until it has been killed often
// enough, or the minutes are over; every finished run must have the weights, the evaluations and the records of a run that nobody disturbed. Exits with 1 where one
// differs.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: 'Infinity' },
  },
});
const app = fileURLToPath(new URL('../../apps/orsta', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'orsta-kills-'));
const STEPS = 4;
const recipe = `
name: whole
model: { path: ${join(app, 'models/orsta-nano-base')} }
data: { kind: suite, tasks: [grounding, counting], seed: 7 }
evaluation: { samplesPerTask: 6, everySteps: 2 }
trainer: { steps: ${STEPS}, promptsPerStep: 4, groupSize: 4, maxNewTokens: 12, seed: 3 }
engine: { ranks: 1 }
checkpoint: { everySteps: 1, keep: 2 }
`;

let state = Number(values.seed) >>> 0;
/** Mulberry32: the moments of the kills are the same for the same seed; what they meet depends on the machine. */
function random() {
  state = (state + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}

/** Runs to the end, or to a kill after some milliseconds. */
function train(given, killAfter) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(app, 'dist/cli.js'), 'train', 'recipe.yaml', ...given], { cwd: folder });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfter);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, killed: signal === 'SIGKILL', output });
    });
  });
}

/** Everything of a run that a clock does not decide; no two runs have the same seconds, tokens a second or latencies. */
function resultOf(run) {
  const root = join(folder, 'runs', run);
  const last = join(root, 'checkpoints', `step-${String(STEPS).padStart(8, '0')}`);
  const timed = /"name":"(time|throughput|latency|verifier)\//;
  const records = ['metrics.jsonl', 'rollouts.jsonl'].map((name) =>
    readFileSync(join(root, name), 'utf8')
      .split('\n')
      .filter((line) => !timed.test(line))
      .map((line) => line.replace(/"run":"[^"]*"/, '').replace(/"elapsed_ms":[\d.e-]+/, '')),
  );
  const evaluations = readdirSync(join(root, 'evaluations')).map(
    (name) => JSON.parse(readFileSync(join(root, 'evaluations', name), 'utf8')).samples,
  );
  const weights = ['model.safetensors', 'optimizer.safetensors'].map((name) => readFileSync(join(last, name)).toString('base64'));
  return { weights, evaluations, records };
}

writeFileSync(join(folder, 'recipe.yaml'), recipe);
const began = performance.now();
const whole = await train([]);
if (whole.code !== 0) throw new Error(`the undisturbed run failed:\n${whole.output}`);
const duration = performance.now() - began;
const expected = resultOf('whole');
const wanted = Number(values.kills);
const end = began + Number(values.minutes) * 60_000;
let kills = 0;
let finished = 0;
const different = [];
while ((kills < wanted && performance.now() < end) || finished === 0) {
  const name = `broken-${finished}`;
  const left = kills < wanted && performance.now() < end;
  const ended = await train(['--run-name', name, '--resume'], left ? random() * duration : undefined);
  if (ended.killed) {
    kills += 1;
    continue;
  }
  if (ended.code !== 0) throw new Error(`run ${name} failed after ${kills} kills:\n${ended.output}`);
  const found = resultOf(name);
  different.push(
    ...Object.keys(expected)
      .filter((part) => JSON.stringify(found[part]) !== JSON.stringify(expected[part]))
      .map((part) => `${name}: ${part}`),
  );
  rmSync(join(folder, 'runs', name), { recursive: true });
  finished += 1;
}
rmSync(folder, { recursive: true });
console.log(
  `${kills} kills in ${finished} runs of ${(duration / 1000).toFixed(1)} s: ${different.length === 0 ? 'every run ended as the undisturbed one' : `${different.length} differences, the first ones: ${different.slice(0, 5).join(', ')}`}`,
);
process.exitCode = different.length === 0 ? 0 : 1;
