import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { createAlarms, jsonlSink, MonitorError, type MetricRecord } from '@vtriune/monitor';
import { importTensorboard, importTrl, importVerl, importVTriune, type Imported } from '@vtriune/monitor/importers';
import type { CommandContext } from '../context.ts';
import { OrstaError } from '../errors.ts';

/** Options of `orsta import`. */
export interface ImportCommandOptions {
  readonly runName?: string;
  readonly runsDir: string;
}

/** What to import. */
export interface ImportedLog {
  readonly kind: string;
  /** A file; for trl and tensorboard also a folder. */
  readonly path: string;
}

interface Log {
  readonly path: string;
  readonly split: string;
}

type Reader = (file: Buffer, about: { run: string; split: string }) => Imported;

const READERS = {
  verl: (file, about) => importVerl(file.toString('utf8'), about),
  trl: (file, about) => importTrl(file.toString('utf8'), about),
  'v-triune': (file, about) => importVTriune(file.toString('utf8'), about),
  tensorboard: importTensorboard,
} satisfies Record<string, Reader>;

/** What can be imported: the name of the trainer or tool that wrote it. */
export const importKinds = Object.keys(READERS) as readonly (keyof typeof READERS)[];

/** Makes a run folder of the log of another trainer, with the alarms that its metrics raise. Throws `usage`, `run_exists` or `invalid_data`. */
export async function importCommand({ kind, path }: ImportedLog, options: ImportCommandOptions, context: CommandContext): Promise<void> {
  const reader = readerOf(kind);
  const place = resolve(context.cwd, path);
  const logs = await logsAt(place, kind);
  const run = options.runName ?? nameOf(place, kind);
  const found = await Promise.all(logs.map(async ({ path: file, split }) => readLog(reader, file, { run, split })));
  const records = inOrder(found.flatMap(({ records: read }) => read));
  if (records.length === 0) throw new OrstaError('invalid_data', `${place} has no metric: only texts, or numbers that are not finite.`);
  const folder = resolve(context.cwd, options.runsDir, run);
  await makeRunFolder(folder);
  const sink = jsonlSink(folder);
  sink.write(records);
  const alarms = createAlarms().observe(records);
  sink.writeAlarms(alarms);
  sink.close();
  const [skipped, damaged] = [sum(found, 'skipped'), sum(found, 'damaged')];
  const steps = new Set(records.map(({ step }) => step)).size;
  context.output(`${records.length} metrics of ${steps} steps and ${alarms.length} alarms in ${folder}\n`);
  if (skipped + damaged > 0)
    context.notice(`left out: ${skipped} entries that are no finite number, ${damaged} damaged or cut-off lines\n`);
}

function readerOf(kind: string): Reader {
  const reader = Object.entries<Reader>(READERS).find(([name]) => name === kind)?.[1];
  if (reader === undefined) throw new OrstaError('usage', `There is no importer "${kind}". Known: ${importKinds.join(', ')}.`);
  return reader;
}

/** The file itself; of a folder all event files below it, or the newest trainer_state.json. */
async function logsAt(place: string, kind: string): Promise<readonly Log[]> {
  const isFolder = await stat(place).then(
    (found) => found.isDirectory(),
    (cause: unknown) => {
      throw new OrstaError('invalid_data', `${place} cannot be read. Name the log that the trainer wrote.`, { cause });
    },
  );
  if (!isFolder) return [{ path: place, split: 'train' }];
  const names = (await readdir(place, { recursive: true })).sort();
  const fitting = names.filter((name) => isLog(basename(name), kind));
  if (fitting.length === 0)
    throw new OrstaError('invalid_data', `${place} is a folder without ${WANTED[kind] ?? 'a log of its own name'}. Name the file.`);
  const chosen = kind === 'trl' ? [await newestOf(place, fitting)] : fitting;
  return chosen.map((name) => ({ path: join(place, name), split: splitOf(relative(place, dirname(join(place, name)))) }));
}

const WANTED: Readonly<Record<string, string>> = { tensorboard: 'event files (*.tfevents.*)', trl: 'a trainer_state.json' };

function isLog(name: string, kind: string): boolean {
  return kind === 'tensorboard' ? name.includes('tfevents') : kind === 'trl' && name === 'trainer_state.json';
}

/** Each checkpoint has the whole history up to it. */
async function newestOf(place: string, names: readonly string[]): Promise<string> {
  const found = await Promise.all(names.map(async (name) => ({ name, at: (await stat(join(place, name))).mtimeMs })));
  return found.reduce((newest, one) => (one.at >= newest.at ? one : newest)).name;
}

/** TensorBoard's runs below the folder are splits: `train`, `test`, `eval`. */
function splitOf(folder: string): string {
  return folder === '' ? 'train' : folder === 'eval' || folder === 'validation' ? 'test' : folder;
}

function nameOf(place: string, kind: string): string {
  const name = kind === 'trl' && basename(place) === 'trainer_state.json' ? basename(dirname(place)) : basename(place);
  return name.replace(/\.(?:jsonl|json)$/, '').replace(/[^A-Za-z0-9._-]/g, '-') || 'imported';
}

async function readLog(reader: Reader, path: string, about: { run: string; split: string }): Promise<Imported> {
  const file = await readFile(path);
  try {
    return reader(file, about);
  } catch (cause) {
    if (!(cause instanceof MonitorError)) throw cause;
    throw new OrstaError('invalid_data', `${path}: ${cause.message}. The importers are ${importKinds.join(', ')}.`, { cause });
  }
}

/** By step; of a step that a restarted trainer logged again, its last numbers. */
function inOrder(records: readonly MetricRecord[]): MetricRecord[] {
  const last = new Map(records.map((record) => [JSON.stringify([record.step, record.split, record.source, record.name]), record]));
  return [...last.values()].sort((a, b) => a.step - b.step);
}

async function makeRunFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const there = await readdir(folder);
  if (there.length > 0)
    throw new OrstaError('run_exists', `${folder} is not empty. Choose another name with --run-name, or remove the folder.`);
}

function sum(found: readonly Imported[], count: 'skipped' | 'damaged'): number {
  return found.reduce((total, one) => total + one[count], 0);
}
