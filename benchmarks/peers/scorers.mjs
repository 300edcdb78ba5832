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

function toolsFolder() {
  if (values.tools !== undefined) return values.tools;
  if (existsSync(join(cache, 'complete'))) return cache;
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, 'package.json'), '{ "private": true, "type": "module" }\n');
  const packages = [`evalite@${EVALITE}`, `vitest@${VITEST}`, `promptfoo@${PROMPTFOO}`];
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel', 'error', ...packages], { cwd: cache, stdio: 'inherit' });
  writeFileSync(join(cache, 'complete'), '');
  return cache;
}

const tools = toolsFolder();
const folder = mkdtempSync(join(tmpdir(), 'scorer-peers-'));
symlinkSync(join(tools, 'node_modules'), join(folder, 'node_modules'));
const modules = `import { builtins } from ${JSON.stringify(new URL('index.js', built).href)};
import { asAssertion, asScorer } from ${JSON.stringify(new URL('scorers.js', built).href)};
const verifier = (name) => builtins.find((one) => one.name === name);
const cases = ${JSON.stringify(CASES)};
`;

function runTool(name, given, env = {}) {
  const command = join(tools, 'node_modules', '.bin', name);
  const { status, stdout, stderr } = spawnSync(command, given, { cwd: folder, encoding: 'utf8', env: { ...process.env, ...env } });
  return { status, said: `${stdout}${stderr}` };
}

function versionOf(name) {
  return JSON.parse(readFileSync(join(tools, 'node_modules', name, 'package.json'), 'utf8')).version;
}

let wrong = 0;
function compare(tool, found, wanted) {
  const same = JSON.stringify(found) === JSON.stringify(wanted);
  console.log(`${tool} ${versionOf(tool)}: ${same ? 'as the verifiers say' : 'NOT as the verifiers say'}: ${JSON.stringify(found)}`);
  if (same) return;
  wrong++;
  console.error(`  wanted ${JSON.stringify(wanted)}`);
}

/** One suite a case, since a scorer of evalite sees every case of its suite. */
function runEvalite() {
  const suites = CASES.map(
    (_, index) => `evalite('case ${index}', {
  data: () => [{ input: 'q', expected: cases[${index}].expected }],
  task: () => Promise.resolve(cases[${index}].output),
  scorers: [asScorer(verifier(cases[${index}].verifier))],
});`,
  );
  writeFileSync(join(folder, 'verifiers.eval.mjs'), `${modules}import { evalite } from 'evalite';\n${suites.join('\n')}\n`);
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  const { status, said } = runTool('evalite', ['run', '--outputPath', 'evalite.json']);
  if (!existsSync(join(folder, 'evalite.json'))) throw new Error(`evalite wrote no report (status ${status}):\n${said}`);
  const { evals, suites: newer = evals } = JSON.parse(readFileSync(join(folder, 'evalite.json'), 'utf8'));
  const scores = newer
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((suite) => (suite.results ?? suite.evals).flatMap(({ scores }) => scores.map(({ name, score }) => [name, score])));
  compare(
    'evalite',
    scores,
    CASES.map(({ verifier, wanted }) => [[verifier, wanted ?? 0]]),
  );
}

/** promptfoo's `echo` answers with the prompt, which is the answer of the case. */
function runPromptfoo() {
  for (const { verifier } of CASES)
    writeFileSync(join(folder, `${verifier}.mjs`), `${modules}export default asAssertion(verifier(${JSON.stringify(verifier)}));\n`);
  const tests = CASES.map(({ verifier, output, expected }) => ({
    vars: { answer: output, expected },
    assert: [{ type: 'javascript', value: `file://${verifier}.mjs` }],
  }));
  writeFileSync(join(folder, 'promptfooconfig.json'), JSON.stringify({ prompts: ['{{answer}}'], providers: ['echo'], tests }));
  const env = { PROMPTFOO_DISABLE_TELEMETRY: '1', PROMPTFOO_DISABLE_UPDATE: '1', PROMPTFOO_CONFIG_DIR: join(folder, '.promptfoo') };
  const given = ['eval', '-c', 'promptfooconfig.json', '-o', 'promptfoo.json', '--no-cache', '--no-progress-bar', '--no-table', '-j', '1'];
  const { status, said } = runTool('promptfoo', given, env);
  if (!existsSync(join(folder, 'promptfoo.json'))) throw new Error(`promptfoo wrote no report (status ${status}):\n${said}`);
  const { results } = JSON.parse(readFileSync(join(folder, 'promptfoo.json'), 'utf8')).results;
  const found = results
    .toSorted((a, b) => a.testIdx - b.testIdx)
    .map(({ gradingResult }) => {
      const [assertion] = gradingResult?.componentResults ?? [];
      // A failure is an assertion that throws: promptfoo gives its message as the reason.
      if (/must be a whole number/.test(assertion?.reason ?? gradingResult?.reason ?? '')) return null;
      return assertion?.score;
    });
  compare(
    'promptfoo',
    found,
    CASES.map(({ wanted }) => wanted),
  );
}

try {
  runEvalite();
  runPromptfoo();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = wrong > 0 ? 1 : 0;
