import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.mjs';
import { readJson, root } from './workspace.mjs';

/**
 * A gate that is a vitest run; its tests are counted one by one.
 *
 * @param {{ name: string, what: string, config: string }} options
 */
export function vitestGate({ name, what, config }) {
  return {
    what,
    run: async () => {
      const folder = join(root, 'node_modules', '.cache', 'gates');
      const report = join(folder, `${name}.json`);
      mkdirSync(folder, { recursive: true });
      rmSync(report, { force: true });
      const { code } = await run('vitest', ['run', '--config', config, '--reporter=default', '--reporter=json', `--outputFile=${report}`]);
      if (!existsSync(report)) return { problems: [`vitest ended with code ${code} and wrote no report`] };
      return summarize(readJson(report), code);
    },
  };
}

/** A file that does not load has no failed test of its own: it is named as a problem, so that it cannot pass unseen. */
function summarize(report, code) {
  const broken = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  const problems = broken.map((file) => `${file.name} did not run: ${file.message.split('\n')[0]}`);
  if (code !== 0 && report.numFailedTests === 0 && problems.length === 0) problems.push(`vitest ended with code ${code}`);
  return { problems, tests: { passed: report.numPassedTests, failed: report.numFailedTests } };
}
