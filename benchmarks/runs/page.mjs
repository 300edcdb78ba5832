// node benchmarks/runs/page.mjs
// Writes docs/results.md and a figure for each claim from results/*.json: means over seeds with their spread, and each seed as a dot.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { figureOf } from './figure.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
const names = readdirSync(join(here, 'claims')).map((file) => file.replace(/\.mjs$/, ''));
const claims = await Promise.all(
  names.map(async (name) => ({ name, claim: (await import(`./claims/${name}.mjs`)).default, result: resultOf(name) })),
);
mkdirSync(join(docs, 'images/results'), { recursive: true });

const done = claims.filter(({ result }) => result !== undefined);
const open = claims.filter(({ result }) => result === undefined);
for (const { name, result } of done) writeFileSync(join(docs, `images/results/${name}.svg`), figureOf(result));
writeFileSync(
  join(docs, 'results.md'),
  [
    '# Claims of the paper at nano scale',
    'Each claim is a file of `benchmarks/runs/claims/`, and one command repeats it: `node benchmarks/runs/run.mjs NAME`. Tables give the mean over seeds, and the least and the greatest in brackets. Verified counts answers that are right and in the asked format, lenient those that are right in any format; both in percent of held-out samples, averaged over tasks. A model of 1.4 million parameters shows what the method does, and not what it does at 7 billion.',
    ...waysSection(),
    ...done.map(({ name, claim, result }) => sectionOf(name, claim, result)),
    ...(open.length === 0
      ? []
      : [
          '## Not run yet',
          `These are written and wait for a machine with time: ${open.map(({ name, claim }) => `${inSentence(claim.title)} (\`${name}\`)`).join('; ')}.`,
        ]),
  ].join('\n\n') + '\n',
);

execFileSync('npx', ['prettier', '--write', '--log-level', 'warn', join(docs, 'results.md')], { stdio: 'inherit' });

function resultOf(name) {
  const path = join(here, 'results', `${name}.json`);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}

function waysSection() {
  const path = join(here, 'results/ways.json');
  if (!existsSync(path)) return [];
  const { models, samples, responses, commit, date } = JSON.parse(readFileSync(path, 'utf8'));
  const columns = Object.keys(Object.values(models[0].tasks)[0]);
  return [
    '## Ways of answering',
    `How often the base and a trained model answer in worked steps, and how often each way is right, in percent: ${responses} responses to each sample at temperature 1, right in any format. pass@1 is the mean over responses, pass@${responses} that of the best response to each sample. A share from fewer than 20 responses is left out.`,
    ...models.flatMap(({ name, tasks }) => [
      `${name}:`,
      table(
        ['task', ...columns],
        Object.entries(tasks).map(([task, ways]) => [
          task,
          ...columns.map((column) => (ways[column] === null ? '' : ways[column].toFixed(1))),
        ]),
      ),
    ]),
    "Worked steps help where the image is read rightly. Steps count as right where they are those of the scene's generator, character by character. In mathematics those of the base are right in 77 % of the worked answers, and 97 % of the answers after right steps are right. Of puzzles it reads 23 % rightly, of charts and science no more, and after wrong steps its answers are worse than at once. So these tasks are limited by what the model sees, and steps do not mend that. For counting the steps are positions, all right to the pixel in 30 % of the worked answers; what counts there is how many there are, and worked answers were right more often (79 of the base).",
    'The base takes steps in one of twenty-five answers to the tasks that have any. RL takes them for nearly every expression; for puzzles, charts and science it takes them more often than before, although they do not help there. Sampled boxes are right 18 points more often, and the best of eight 11 and 15 points more: RL does not only choose among the boxes of the base. pass@8 rises by 22 points for mathematics and falls by 10 for counting and by 3 to 5 for puzzles, charts and science.',
    `\`node benchmarks/runs/ways.mjs\`, ${samples} samples a task, commit ${commit}, ${date}.`,
  ];
}

function sectionOf(name, { title, question, reading, samples, wide }, { arms, commit, machine, date, seeds }) {
  const tasks = Object.keys(arms[0].outcomes[0].after.tasks);
  const rows = arms.map(({ name: arm, outcomes }) => [
    arm,
    spread(outcomes.map(({ after }) => after.macro.verified)),
    spread(outcomes.map(({ after }) => after.macro.lenient)),
    gain(outcomes.map(({ before, after }) => after.macro.lenient - before.macro.lenient)),
    outcomes.every(({ after }) => after.macro.meanIou !== undefined) ? spread(outcomes.map(({ after }) => after.macro.meanIou)) : '',
  ]);
  const byTask = tasks.map((task) => [
    task,
    ...arms.map(({ outcomes }) => gain(outcomes.map(({ before, after }) => after.tasks[task].lenient - before.tasks[task].lenient))),
  ]);
  return [
    `## ${title}`,
    question,
    `![Lenient accuracy of each arm](images/results/${name}.svg)`,
    table(['arm', 'verified', 'lenient', 'lenient against the base', 'mean IoU'], rows),
    'Lenient accuracy against the base, by task:',
    table(['task', ...arms.map(({ name: arm }) => arm)], byTask),
    ...wideTable(arms, { tasks, wide }),
    ...(reading === undefined ? [] : [reading]),
    `\`node benchmarks/runs/run.mjs ${name}\`, seeds ${seeds.join(', ')}, ${samples} samples a task, commit ${commit}, ${machine}, ${date}.`,
  ].join('\n\n');
}

/** The same models on more samples a task. */
function wideTable(arms, { tasks, wide }) {
  if (wide === undefined || arms.some(({ outcomes }) => outcomes.some((one) => one.wide === undefined))) return [];
  const row = (name, of) => [
    name,
    ...arms.map(({ outcomes }) => gain(outcomes.map(({ wide: { before, after } }) => of(after).lenient - of(before).lenient))),
  ];
  const rows = [...tasks.map((task) => row(task, (numbers) => numbers.tasks[task])), row('all', ({ macro }) => macro)];
  return [`The same models on ${wide.toLocaleString('en')} samples a task:`, table(['task', ...arms.map(({ name }) => name)], rows)];
}

function spread(values) {
  const shown = values.map((value) => value * 100);
  return `${mean(shown).toFixed(1)} (${Math.min(...shown).toFixed(1)} to ${Math.max(...shown).toFixed(1)})`;
}

function gain(values) {
  const signed = (value) => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(1)}`;
  const shown = values.map((value) => value * 100);
  return `${signed(mean(shown))} (${signed(Math.min(...shown))} to ${signed(Math.max(...shown))})`;
}

function table(head, rows) {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** A title within a sentence: its first letter is small, unless the word is an abbreviation. */
function inSentence(title) {
  return /^[A-Z]{2}/.test(title) ? title : `${title[0].toLowerCase()}${title.slice(1)}`;
}
