import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, availableParallelism, cpus, hostname, platform, release, totalmem } from 'node:os';
import { promisify } from 'node:util';
import type { BackendReport } from '@vtriune/trainer';
import type { CommandContext } from '../context.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { writeJson } from './write-json.ts';

/** What one needs to know to make a run again. */
export interface Manifest {
  readonly run: string;
  readonly command: readonly string[];
  readonly started: string;
  readonly resumed: readonly string[];
  readonly seed: { readonly trainer: number; readonly data: number };
  readonly commit: string | null;
  readonly versions: Readonly<Record<string, string>>;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly backend: BackendReport;
}

const PACKAGES = ['@vtriune/iou', '@vtriune/format', '@vtriune/verifiers', '@vtriune/monitor', '@vtriune/trainer'];
const run = promisify(execFile);
const require = createRequire(import.meta.url);

/** Writes the manifest of a run; a resumed one keeps how it began and adds that it went on. */
export async function writeManifest(
  path: string,
  recipe: Recipe,
  start: { context: CommandContext; backend: BackendReport },
): Promise<void> {
  const fresh = await describeRun(recipe, start);
  const earlier = await readFile(path, 'utf8').catch(() => undefined);
  const { started, command, resumed } = earlier === undefined ? fresh : (JSON.parse(earlier) as Manifest);
  await writeJson(path, { ...fresh, started, command, resumed: earlier === undefined ? [] : [...resumed, fresh.started] });
}

async function describeRun(recipe: Recipe, { context, backend }: { context: CommandContext; backend: BackendReport }): Promise<Manifest> {
  return {
    run: recipe.name,
    command: ['orsta', ...context.commandLine],
    started: new Date().toISOString(),
    resumed: [],
    seed: { trainer: recipe.trainer.seed, data: recipe.data.seed },
    commit: await currentCommit(context.cwd),
    versions: { node: process.version, tfjs: backend.version, ...Object.fromEntries(PACKAGES.map((name) => [name, versionOf(name)])) },
    machine: {
      host: hostname(),
      platform: `${platform()} ${release()} ${arch()}`,
      processor: cpus()[0]?.model ?? 'unknown',
      cores: availableParallelism(),
      memoryBytes: totalmem(),
    },
    backend,
  };
}

function versionOf(name: string): string {
  const { version } = require(`${name}/package.json`) as { version?: string };
  return version ?? 'unknown';
}

/** Absent outside of a repository, or where there is no git. */
async function currentCommit(folder: string): Promise<string | null> {
  try {
    return (await run('git', ['rev-parse', 'HEAD'], { cwd: folder })).stdout.trim();
  } catch {
    return null;
  }
}
