import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, availableParallelism, cpus, hostname, platform, release, totalmem } from 'node:os';
import { promisify } from 'node:util';
import type { BackendReport } from '@vtriune/trainer';
import { OrstaError } from '../errors.ts';
import type { CommandContext } from '../context.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { readRunJson } from './read-run-json.ts';
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
  /** SHA-256 of the data files by path; absent in runs of older versions. */
  readonly data?: Readonly<Record<string, string>>;
}

/** What a manifest takes from the start of a run. */
export interface RunStart {
  readonly context: CommandContext;
  readonly backend: BackendReport;
  /** SHA-256 of the data files by path. */
  readonly data: Readonly<Record<string, string>>;
}

const PACKAGES = ['@vtriune/iou', '@vtriune/format', '@vtriune/verifiers', '@vtriune/monitor', '@vtriune/trainer'];
const run = promisify(execFile);
const require = createRequire(import.meta.url);

/** Writes the manifest of a run; a resumed one keeps how it began and adds that it went on. */
export async function writeManifest(path: string, recipe: Recipe, start: RunStart): Promise<void> {
  const fresh = await describeRun(recipe, start);
  const earlier = await readManifest(path);
  const { started, command, resumed } = earlier ?? fresh;
  await writeJson(path, { ...fresh, started, command, resumed: earlier === undefined ? [] : [...resumed, fresh.started] });
}

/** Data files whose content is no longer what the run's manifest says. */
export async function changedData(path: string, now: Readonly<Record<string, string>>): Promise<string[]> {
  const before = (await readManifest(path))?.data ?? {};
  return Object.keys(now).filter((file) => before[file] !== undefined && before[file] !== now[file]);
}

async function readManifest(path: string): Promise<Manifest | undefined> {
  if (!existsSync(path)) return undefined;
  const remedy = 'Delete it; --resume then writes a new one, without how the run began.';
  const found = (await readRunJson(path, remedy)) as Partial<Manifest> | null;
  if (typeof found?.started === 'string' && Array.isArray(found.command) && Array.isArray(found.resumed)) return found as Manifest;
  throw new OrstaError('invalid_run', `${path} is no manifest: it must hold "started", "command" and "resumed". ${remedy}`);
}

async function describeRun(recipe: Recipe, { context, backend, data }: RunStart): Promise<Manifest> {
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
    data,
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
