// node benchmarks/runs/run.mjs [claim ...] [--seeds 1,2,3] [--runs runs/claims] [--steps N] [--samples N]
// Trains every arm of the named claims (all without a name) on every seed, and writes what came out to results/<claim>.json. A run that has
// ended is not repeated and one that was stopped goes on, so that the command can be given again. `node benchmarks/runs/page.mjs` then
// writes docs/results.md with its figures.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runArm } from './run-arm.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '1,2,3' },
    runs: { type: 'string', default: 'runs/claims' },
    steps: { type: 'string' },
    samples: { type: 'string' },
  },
});
const known = readdirSync(join(here, 'claims')).map((file) => file.replace(/\.mjs$/, ''));
const unknown = positionals.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`There is no claim ${unknown.join(', ')}. Known: ${known.join(', ')}.`);
  process.exit(2);
}
const seeds = values.seeds.split(',').map(Number);
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8', cwd: here }).trim();
const thisMachine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`;
mkdirSync(join(here, 'results'), { recursive: true });

for (const name of positionals.length > 0 ? positionals : known) {
  const { default: claim } = await import(`./claims/${name}.mjs`);
  const arms = [];
  const machines = new Set();
  for (const arm of claim.arms) {
    const outcomes = [];
    for (const seed of seeds) {
      const given = {
        ...arm,
        steps: Number(values.steps ?? arm.steps),
        samples: Number(values.samples ?? claim.samples),
        wide: claim.wide,
      };
      console.log(`\n== ${name}: ${arm.name}, seed ${seed}`);
      const { machines: own = [thisMachine], ...outcome } = await runArm(given, { seed, runs: values.runs });
      for (const machine of own) machines.add(machine);
      outcomes.push({ seed, ...outcome });
    }
    arms.push({ name: arm.name, settings: arm.settings, steps: Number(values.steps ?? arm.steps), outcomes });
    const result = {
      claim: name,
      commit: arms[0].outcomes[0].commit ?? commit,
      machine: [...machines].join('; '),
      date: new Date().toISOString().slice(0, 10),
      seeds,
      arms,
    };
    writeFileSync(join(here, 'results', `${name}.json`), `${JSON.stringify(result, undefined, 2)}\n`);
  }
}
