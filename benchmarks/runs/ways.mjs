// node benchmarks/runs/ways.mjs [name=FOLDER ...] [--samples 200] [--runs runs/claims]
// How models answer, and how often each way is right: 8 responses a held-out sample at temperature 1. `Read:` begins a worked answer and
// no other; its steps are right where they are those of the scene's generator. Without names: the base, and the model of the main job's first seed. Writes results/ways.json, which page.mjs shows.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = fileURLToPath(new URL('.', import.meta.url));
const app = fileURLToPath(new URL('../../apps/orsta/', import.meta.url));
const RESPONSES = 8;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { samples: { type: 'string', default: '200' }, runs: { type: 'string', default: 'runs/claims' } },
});
const usual = [
  `base=${join(app, 'models/orsta-nano-loose')}`,
  `RL, seed 1=${join(values.runs, 'rl-nano-from-orsta-nano-loose-340x200-1/checkpoints/step-00000340')}`,
];
const models = (positionals.length > 0 ? positionals : usual).map((text) => [
  text.slice(0, text.indexOf('=')),
  text.slice(text.indexOf('=') + 1),
]);
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8', cwd: here }).trim();

mkdirSync(values.runs, { recursive: true });
const tables = models.map(([name, folder]) => ({ name, tasks: tasksOf(responsesOf(name, folder)) }));
writeFileSync(
  join(here, 'results/ways.json'),
  `${JSON.stringify({ commit, date: new Date().toISOString().slice(0, 10), samples: Number(values.samples), responses: RESPONSES, models: tables }, undefined, 2)}\n`,
);
for (const { name, tasks } of tables) {
  console.log(`\n${name}: percent right in any format`);
  console.table(tasks);
}

/** Every response of a model, made once and kept in a file. */
function responsesOf(name, folder) {
  const file = join(values.runs, `ways-${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}-${values.samples}.jsonl`);
  if (!existsSync(file)) {
    const given = ['eval', '--model', folder, '--samples', values.samples, '--pass-at', String(RESPONSES), '--json', '--out', file];
    execFileSync(process.execPath, [join(app, 'dist/cli.js'), ...given], { stdio: ['ignore', 'ignore', 'inherit'] });
  }
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

function tasksOf(responses) {
  const byTask = groupsBy(responses, ({ task }) => task);
  return Object.fromEntries([...byTask].map(([task, own]) => [task, waysOf(own.filter(({ lenient }) => lenient !== null))]));
}

/** `pass@1` is the mean over all responses, `pass@8` that of the best response to each sample. A box answer counts by the share of its boxes. */
function waysOf(responses) {
  const worked = responses.filter(({ response }) => response.startsWith('Read:'));
  const atOnce = responses.filter(({ response }) => !response.startsWith('Read:'));
  const rightly = worked.filter(
    ({ response, steps }) => steps !== undefined && response.slice('Read: '.length).startsWith(`${steps} \\boxed`),
  );
  const best = [...groupsBy(responses, ({ id }) => id).values()].map((own) => Math.max(...own.map(({ lenient }) => lenient)));
  return {
    'pass@1': percent(responses.map(({ lenient }) => lenient)),
    'pass@8': percent(best),
    'worked, share': percent(responses.map(({ response }) => Number(response.startsWith('Read:')))),
    'worked, right': percent(worked.map(({ lenient }) => lenient)),
    'worked, steps right': percent(worked.map((one) => Number(rightly.includes(one)))),
    'right after right steps': percent(rightly.map(({ lenient }) => lenient)),
    'at once, right': percent(atOnce.map(({ lenient }) => lenient)),
  };
}

function groupsBy(values, keyOf) {
  const groups = new Map();
  for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
  return groups;
}

/** One decimal; null where there is nothing. A share from fewer than 20 responses says nothing. */
function percent(values) {
  return values.length < 20 ? null : Math.round((1000 * values.reduce((sum, value) => sum + value, 0)) / values.length) / 10;
}
