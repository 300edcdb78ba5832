// The scorers of @vtriune/verifiers in the real evalite and promptfoo: a suite of each is run by its own command, and its report is compared
// with what the verifiers say. autoevals and vitest-evals are small enough for the tests: examples/scorers.
// Usage: node benchmarks/peers/scorers.mjs [--tools folder]   (build the packages first)
// Without --tools the two are installed in node_modules/.cache and kept there: 1.5 GB, most of it promptfoo.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const EVALITE = '0.19.0';
const VITEST = '4.1.12';
/** The last of promptfoo that runs on Node 20. */
const PROMPTFOO = '0.120.14';

const { values } = parseArgs({ options: { tools: { type: 'string' } } });
const cache = fileURLToPath(new URL('../../node_modules/.cache/scorer-peers', import.meta.url));
const built = new URL('../../packages/verifiers/dist/', import.meta.url);

/** Answers, their ground truths, and the accuracy of each; null where the verifier fails, which evalite counts as 0. */
const CASES = [
  { verifier: 'mathverify', output: 'The answer is 0.75', expected: '3/4', wanted: 1 },
  { verifier: 'mathverify', output: '\\boxed{5 m}', expected: '5 cm', wanted: 0 },
  { verifier: 'counting', output: 'There are 3 cats', expected: '3', wanted: 1 },
  { verifier: 'choice', output: 'The answer is B, not A.', expected: 'B', wanted: 1 },
  { verifier: 'counting', output: '2', expected: 'many', wanted: null },
];

/** Where a tool is installed, each in a folder of its own because their versions of a native SQLite differ. */
function installed(tool, packages) {
  const home = join(values.tools ?? cache, tool);
  if (values.tools !== undefined || existsSync(join(home, 'complete'))) return home;
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), '{ "private": true, "type": "module" }\n');
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel', 'error', ...packages], { cwd: home, stdio: 'inherit' });
  writeFileSync(join(home, 'complete'), '');
  return home;
}

/** A new folder that sees the packages of a tool. */
function projectOf(home) {
  const folder = mkdtempSync(join(tmpdir(), 'scorer-peers-'));
  symlinkSync(join(home, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  return folder;
}

const modules = `import { builtins } from ${JSON.stringify(new URL('index.js', built).href)};
import { asAssertion, asScorer } from ${JSON.stringify(new URL('scorers.js', built).href)};
const verifier = (name) => builtins.find((one) => one.name === name);
const cases = ${JSON.stringify(CASES)};
`;

/** Runs the command of a tool and reads the report that it writes. */
function reportOf(folder, { command, given, report, env = {} }) {
  const tool = join(folder, 'node_modules', '.bin', command);
  const { status, stdout, stderr } = spawnSync(tool, given, { cwd: folder, encoding: 'utf8', env: { ...process.env, ...env } });
  if (!existsSync(join(folder, report))) throw new Error(`${command} wrote no report (status ${status}):\n${stdout}${stderr}`);
  return JSON.parse(readFileSync(join(folder, report), 'utf8'));
}

function versionOf(folder, name) {
  return JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')).version;
}

let wrong = 0;
function compare(tool, found, wanted) {
  const same = JSON.stringify(found) === JSON.stringify(wanted);
  console.log(`${tool}: ${same ? 'as the verifiers say' : 'NOT as the verifiers say'}: ${JSON.stringify(found)}`);
  if (same) return;
  wrong++;
  console.error(`  wanted ${JSON.stringify(wanted)}`);
}

/** One suite a case, since a scorer of evalite sees every case of its suite. Its storage is in memory, so that no SQLite is needed. */
function runEvalite(folder) {
  const suites = CASES.map(
    (_, index) => `evalite('case ${index}', {
  data: () => [{ input: 'q', expected: cases[${index}].expected }],
  task: () => Promise.resolve(cases[${index}].output),
  scorers: [asScorer(verifier(cases[${index}].verifier))],
});`,
  );
  writeFileSync(join(folder, 'verifiers.eval.ts'), `${modules}import { evalite } from 'evalite';\n${suites.join('\n')}\n`);
  const config = `import { defineConfig } from 'evalite/config';
import { createInMemoryStorage } from 'evalite/in-memory-storage';
export default defineConfig({ storage: () => createInMemoryStorage() });
`;
  writeFileSync(join(folder, 'evalite.config.ts'), config);
  const { evals: found } = reportOf(folder, {
    command: 'evalite',
    given: ['run', '--outputPath', 'evalite.json'],
    report: 'evalite.json',
  });
  const scores = found
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ results }) => results.flatMap((one) => one.scores.map(({ name, score }) => [name, score])));
  compare(
    `evalite ${versionOf(folder, 'evalite')}`,
    scores,
    CASES.map(({ verifier, wanted }) => [[verifier, wanted ?? 0]]),
  );
}

/** promptfoo's provider `echo` answers with the prompt, which is the answer of the case. */
function runPromptfoo(folder) {
  for (const { verifier } of CASES)
    writeFileSync(join(folder, `${verifier}.mjs`), `${modules}export default asAssertion(verifier(${JSON.stringify(verifier)}));\n`);
  const tests = CASES.map(({ verifier, output, expected }) => ({
    vars: { answer: output, expected },
    assert: [{ type: 'javascript', value: `file://${verifier}.mjs` }],
  }));
  writeFileSync(join(folder, 'promptfooconfig.json'), JSON.stringify({ prompts: ['{{answer}}'], providers: ['echo'], tests }));
  const env = { PROMPTFOO_DISABLE_TELEMETRY: '1', PROMPTFOO_DISABLE_UPDATE: '1', PROMPTFOO_CONFIG_DIR: join(folder, '.promptfoo') };
  const given = ['eval', '-c', 'promptfooconfig.json', '-o', 'promptfoo.json', '--no-cache', '--no-progress-bar', '--no-table', '-j', '1'];
  const { results } = reportOf(folder, { command: 'promptfoo', given, report: 'promptfoo.json', env }).results;
  const found = results
    .toSorted((a, b) => a.testIdx - b.testIdx)
    // A failure is an assertion that throws: promptfoo reports its message and no score of the assertion.
    .map((result) => (JSON.stringify(result).includes('must be a whole number') ? null : result.gradingResult.componentResults[0].score));
  compare(
    `promptfoo ${versionOf(folder, 'promptfoo')}`,
    found,
    CASES.map(({ wanted }) => wanted),
  );
}

for (const [run, home] of [
  [runEvalite, installed('evalite', [`evalite@${EVALITE}`, `vitest@${VITEST}`])],
  [runPromptfoo, installed('promptfoo', [`promptfoo@${PROMPTFOO}`])],
]) {
  const folder = projectOf(home);
  try {
    run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
process.exitCode = wrong > 0 ? 1 : 0;
