// Runs the gates named on the command line, all of them where none is: `pnpm gate lint`, `pnpm gate exports --update`.
// A gate that fails does not stop the others. The last line is `N passed, N failed`: unit and end-to-end tests plus one per gate.
import { gates } from './gates/index.mjs';
import { providePnpm } from './lib/pnpm.mjs';
import { secondsSince } from './lib/stage.mjs';

const args = process.argv.slice(2);
const names = args.filter((arg) => !arg.startsWith('--'));
const options = { update: args.includes('--update') };

const unknown = names.filter((name) => !gates.has(name));
if (unknown.length > 0) {
  console.error(`No gate is called ${unknown.join(', ')}. There are: ${[...gates.keys()].join(', ')}.`);
  process.exit(2);
}

const complaint = await providePnpm();
if (complaint !== undefined) {
  console.error(complaint);
  process.exit(1);
}

const rows = [];
for (const name of names.length > 0 ? names : gates.keys()) rows.push(await runGate(name));

console.log(`\n${rows.map(describeRow).join('\n')}\n`);
const passed = rows.reduce((sum, row) => sum + row.passed, 0);
const failed = rows.reduce((sum, row) => sum + row.failed, 0);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

async function runGate(name) {
  const { what, run } = gates.get(name);
  const start = performance.now();
  console.log(`\n== gate ${name}: ${what}`);
  const { problems, tests = { passed: 0, failed: 0 } } = await run(options).catch((error) => ({ problems: [error.stack] }));
  for (const problem of problems) console.error(`${name}: ${problem}`);
  const seconds = secondsSince(start);
  const isClean = problems.length === 0 && tests.failed === 0;
  console.log(`== gate ${name}: ${isClean ? 'passed' : 'FAILED'} in ${seconds}`);
  return { name, seconds, isClean, passed: tests.passed + (isClean ? 1 : 0), failed: tests.failed + (isClean ? 0 : 1) };
}

function describeRow({ name, seconds, isClean, passed, failed }) {
  const tests = passed + failed > 1 ? `${passed} passed, ${failed} failed` : '';
  return `${name.padEnd(12)}${seconds.padStart(9)}   ${(isClean ? 'passed' : 'FAILED').padEnd(8)}${tests}`.trimEnd();
}
