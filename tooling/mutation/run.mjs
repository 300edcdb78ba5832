// `pnpm mutation [--force] [target ...]`: mutation testing of the training arithmetic, target by target; not a part of `npm test`, since it takes
// long. Prints the score of each target and every change that survived, and fails where a score is below the limit. Results of the last run are
// taken over where neither the mutated file nor its tests have changed; `--force` takes none, as a figure that is written down should.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { targets } from './targets.mjs';

const LIMIT = 85;
const NOTICED = ['Killed', 'Timeout'];
const MISSED = ['Survived', 'NoCoverage'];
const force = process.argv.includes('--force') ? ['--force'] : [];
const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs one target and returns its mutants that count, each with its file. */
function mutantsOf(name) {
  const { status } = spawnSync('npx', ['stryker', 'run', ...force, 'tooling/mutation/stryker.config.mjs'], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, MUTATION_TARGET: name },
  });
  if (status !== 0) throw new Error(`Stryker ended with ${status} on ${name}; its own lines above say why.`);
  const report = JSON.parse(readFileSync(`${root}/reports/mutation/${name}.json`, 'utf8'));
  return Object.entries(report.files).flatMap(([file, { source, mutants }]) =>
    mutants
      .filter((mutant) => [...NOTICED, ...MISSED].includes(mutant.status))
      .map((mutant) => ({ ...mutant, file, original: textOf(source, mutant.location) })),
  );
}

/** The text between two places, lines and columns counted from 1, on one line. */
function textOf(source, { start, end }) {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  lines[lines.length - 1] = lines.at(-1).slice(0, end.column - 1);
  lines[0] = lines[0].slice(start.column - 1);
  return lines.map((line) => line.trim()).join(' ');
}

function survivorLine({ file, location, mutatorName, original, replacement, status }) {
  const shorten = (text) => (text.length > 70 ? `${text.slice(0, 67)}...` : text);
  return `  ${status} ${file}:${location.start.line} ${mutatorName}: ${shorten(original)} -> ${shorten(replacement.replace(/\s+/g, ' '))}`;
}

const names = process.argv.slice(2).filter((argument) => argument !== '--force');
const unknown = names.filter((name) => !(name in targets));
if (unknown.length > 0) {
  console.error(`There is no mutation target ${unknown.join(', ')}; known are ${Object.keys(targets).join(', ')}.`);
  process.exit(2);
}
const lines = [];
let low = 0;
for (const name of names.length > 0 ? names : Object.keys(targets)) {
  const mutants = mutantsOf(name);
  const missed = mutants.filter(({ status }) => MISSED.includes(status));
  const score = (100 * (mutants.length - missed.length)) / mutants.length;
  if (score < LIMIT) low++;
  lines.push(`${name}: ${score.toFixed(1)} % of ${mutants.length} changes noticed`, ...missed.map(survivorLine));
}
console.log(lines.join('\n'));
process.exit(low === 0 ? 0 : 1);
