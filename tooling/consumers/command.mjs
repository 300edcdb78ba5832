import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { run } from '../lib/run.mjs';
import { publishedMembers } from '../lib/workspace.mjs';
import { tarballs } from '../lib/tarballs.mjs';

/** The runner as it is installed: `npx orsta`, its model, adapters and recipes, and a verifier package that installs from the same tarballs. */
export async function runCommand(folder) {
  const { version } = publishedMembers().find(({ id }) => id === 'orsta').manifest;
  const orsta = (...args) => run('npx', ['--no-install', 'orsta', ...args], { cwd: folder, capture: true });
  const problems = [];
  const expectRun = async (args, holds) => {
    const result = await orsta(...args);
    if (result.code !== 0 || !holds(result))
      problems.push(`npx orsta ${args.join(' ')} ended with code ${result.code}: ${result.output}${result.errors}`);
  };
  await expectRun(['--version'], ({ output }) => output.trim() === version);
  await expectRun(['adapter', 'verl'], ({ output }) => output.includes('compute_score'));
  await expectRun(['train', 'node_modules/orsta/recipes/nano.yaml', '--dry-run'], ({ output }) => output.includes('orsta-nano-loose'));
  problems.push(...(await installVerifier(folder, orsta)));
  return problems;
}

async function installVerifier(folder, orsta) {
  const [first] = (await tarballs()).values();
  const packages = first.slice(0, -basename(first).length - 1);
  const made = await orsta('new', 'verifier', 'tags', '--packages', packages);
  if (made.code !== 0) return [`orsta new verifier: ${made.errors}`];
  const own = join(folder, 'tags');
  const manifest = JSON.parse(readFileSync(join(own, 'package.json'), 'utf8'));
  // The compiler and the test runner are the workspace's; this is about our own packages.
  for (const name of ['typescript', 'vitest']) delete manifest.devDependencies[name];
  writeFileSync(join(own, 'package.json'), JSON.stringify(manifest));
  const installed = await run('npm', ['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: own,
    capture: true,
  });
  const there = existsSync(join(own, 'node_modules/@vtriune/verifiers/package.json'));
  return installed.code === 0 && there
    ? []
    : [`a new verifier package does not install from tarballs: ${installed.errors}${installed.output}`];
}
