// One arm of a claim on one seed: an RL run (or several whose tasks together are the eight), or the control, which trains on gold answers.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const app = fileURLToPath(new URL('../../apps/orsta/', import.meta.url));
const cli = join(app, 'dist/cli.js');
const models = join(app, 'models');
const USUAL = 'orsta-nano-base';

/**
 * @param arm `{ name, kind: 'rl' | 'pretrain', steps, samples, settings: string[], base?: string, parts?: string[][], wide?: number }`. `base` is a
 *   model of the app that the run begins with, orsta-nano-base where absent, or a recipe of pre-training, whose model is made once. With `parts`, one model is trained
 *   for each list of tasks, and the steps are shared among them: specialists have the budget of the one model together. With `wide`, base and model
 *   are also evaluated on that many samples a task.
 * @returns `{ before, after }`: `{ tasks: { [task]: { verified, lenient, meanIou?, length? } }, macro: { verified, lenient, meanIou? } }`; for RL
 *   also the `commit` and the `machines` of its runs.
 */
export async function runArm(arm, { seed, runs }) {
  const name = folderName(arm, seed);
  if (arm.kind === 'pretrain') return runControl(arm, { seed, name, runs });
  const parts = arm.parts ?? [undefined];
  const outcomes = parts.map((tasks, index) => {
    const steps = Math.round(arm.steps / parts.length);
    const own = tasks === undefined ? [] : [`data.tasks=[${tasks.join(',')}]`];
    return runRl(
      { ...arm, steps, settings: [...arm.settings, ...own] },
      { seed, name: parts.length === 1 ? name : `${name}-${index}`, runs },
    );
  });
  const [{ wide }] = outcomes;
  return {
    ...(parts.length === 1 && wide !== undefined ? { wide } : {}),
    commit: outcomes[0].commit,
    machines: [...new Set(outcomes.flatMap(({ machines }) => machines))],
    before: joined(outcomes.map(({ before }) => before)),
    after: joined(outcomes.map(({ after }) => after)),
  };
}

/** Named by what is run, so that arms of several claims with the same settings share one run. */
function folderName({ kind, recipe = 'nano', base: from = USUAL, steps, samples, settings, parts = [] }, seed) {
  const words = [
    kind,
    ...(from === USUAL ? [recipe] : [recipe, 'from', from]),
    `${steps}x${samples}`,
    ...settings,
    ...parts.map((tasks) => tasks.join('+')),
    seed,
  ];
  return words
    .join(' ')
    .toLowerCase()
    .replace(/[^a-z0-9.+]+/g, '-');
}

function runRl({ recipe = 'nano', base: from = USUAL, steps, samples, settings, wide }, { seed, name, runs }) {
  const folder = join(runs, name);
  const chosen = [
    `trainer.steps=${steps}`,
    `trainer.seed=${seed}`,
    `data.seed=${seed}`,
    `evaluation.samplesPerTask=${samples}`,
    ...settings,
  ];
  refuseOtherRun(join(folder, 'manifest.json'), chosen);
  if (!existsSync(join(folder, 'evaluation.json'))) {
    const resume = existsSync(join(folder, 'manifest.json')) ? ['--resume'] : [];
    const where = ['--run-name', name, '--runs-dir', runs];
    orsta(['train', join(app, `recipes/${recipe}.yaml`), `model.path=${modelOf(from, runs)}`, ...chosen, ...where, ...resume]);
  }
  const { before, after } = readJson(join(folder, 'evaluation.json'));
  const { commit, machine, versions } = readJson(join(folder, 'manifest.json'));
  const lengths = lengthsOf(folder);
  return {
    commit: commit.slice(0, 7),
    machines: [`${machine.cores} x ${machine.processor}, Node ${versions.node}`],
    before: numbersOf(before.summary, lengths.get(0)),
    after: numbersOf(after.summary, lengths.get(steps)),
    ...(wide === undefined
      ? {}
      : onMore(wide, {
          base: modelOf(from, runs),
          from,
          runs,
          folder,
          model: join(folder, 'checkpoints', `step-${String(steps).padStart(8, '0')}`),
        })),
  };
}

/** The base and the trained model on more samples than training evaluates. */
function onMore(samples, { base, from, runs, folder, model }) {
  return {
    wide: {
      before: numbersOf(evaluated(base, join(runs, `${from}-${samples}.json`), samples)),
      after: numbersOf(evaluated(model, join(folder, `evaluation-${samples}.json`), samples)),
    },
  };
}

/** A folder is found by its name. Two arms with one name would share a run, and one of them would be told for the other. */
function refuseOtherRun(manifest, chosen) {
  if (!existsSync(manifest)) return;
  const isChoice = (word) => word.includes('=') && !word.startsWith('model.path=');
  const before = readJson(manifest).command.filter(isChoice);
  if ([...before].sort().join(' ') === [...chosen].sort().join(' ')) return;
  throw new Error(`${manifest} is of a run with ${before.join(' ')}, and ${chosen.join(' ')} is wanted. Delete its folder.`);
}

/** A model of the app, or that of a pre-training recipe, made once; a stopped pre-training goes on. */
function modelOf(recipe, runs) {
  const own = join(models, recipe);
  if (existsSync(own)) return own;
  const model = resolve(runs, recipe, 'model');
  if (!existsSync(join(model, 'model.safetensors'))) orsta(['pretrain', join(app, `recipes/${recipe}.yaml`), '--runs-dir', runs]);
  return model;
}

function runControl({ recipe, base: from = USUAL, steps, samples, settings, wide }, { seed, name, runs }) {
  const folder = join(runs, name);
  const base = join(models, from);
  const model = resolve(folder, 'model');
  if (!existsSync(join(model, 'model.safetensors'))) {
    orsta([
      'pretrain',
      join(app, `recipes/${recipe}.yaml`),
      `model=${base}`,
      `name=${name}`,
      `steps=${steps}`,
      `seed=${seed + 1000}`,
      ...settings,
      '--runs-dir',
      runs,
    ]);
  }
  return {
    before: numbersOf(evaluated(base, join(runs, `${from}-${samples}.json`), samples)),
    after: numbersOf(evaluated(model, join(folder, 'evaluation.json'), samples)),
    ...(wide === undefined ? {} : onMore(wide, { base, from, runs, folder, model })),
  };
}

/** The evaluation of a model, made once and kept in a file. */
function evaluated(model, file, samples) {
  if (!existsSync(file)) writeFileSync(file, orsta(['eval', '--model', model, '--samples', String(samples), '--json']).stdout);
  return readJson(file);
}

/** Mean tokens of a held-out response, by step and task; the second word of a source names its task. */
function lengthsOf(folder) {
  const found = new Map();
  for (const line of readFileSync(join(folder, 'rollouts.jsonl'), 'utf8').split('\n')) {
    if (!line.includes('"split":"test"')) continue;
    const { step, source, response_tokens: tokens } = JSON.parse(line);
    const task = source.split('_')[1];
    const tasks = found.get(step) ?? new Map();
    found.set(step, tasks.set(task, [...(tasks.get(task) ?? []), tokens]));
  }
  return found;
}

function numbersOf(summary, lengths) {
  const short = ({ verified, lenient, meanIou }) => ({ verified, lenient, ...(meanIou === undefined ? {} : { meanIou }) });
  const tasks = Object.entries(summary.tasks).map(([task, accuracy]) => {
    const found = lengths?.get(task);
    return [task, { ...short(accuracy), ...(found === undefined ? {} : { length: mean(found) }) }];
  });
  return { tasks: Object.fromEntries(tasks), macro: short(summary.macro) };
}

function joined(parts) {
  if (parts.length === 1) return parts[0];
  const tasks = Object.assign({}, ...parts.map((part) => part.tasks));
  const all = Object.values(tasks);
  const overlaps = all.flatMap(({ meanIou }) => (meanIou === undefined ? [] : [meanIou]));
  return {
    tasks,
    macro: {
      verified: mean(all.map(({ verified }) => verified)),
      lenient: mean(all.map(({ lenient }) => lenient)),
      ...(overlaps.length === 0 ? {} : { meanIou: mean(overlaps) }),
    },
  };
}

function orsta(given) {
  const found = spawnSync(process.execPath, [cli, ...given], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 2 ** 28,
  });
  if (found.status !== 0)
    throw new Error(`orsta ${given.join(' ')} ended with ${found.status ?? found.signal}: ${found.stdout.slice(-2000)}`);
  return found;
}

function readJson(path) {
  return readJsonText(readFileSync(path, 'utf8'));
}

function readJsonText(text) {
  return JSON.parse(text);
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
