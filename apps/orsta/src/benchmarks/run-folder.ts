/** The folder of an evaluation that asks a model: `settings.json` says what was asked, so that a run goes on only with the same. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OrstaError } from '../errors.ts';
import { writeJson } from '../run/write-json.ts';
import { isRecord } from '../is-record.ts';
import type { ToolSettings } from '../run/tool-settings.ts';

/** What decides the responses. */
export interface AskedSettings {
  readonly benchmark: string;
  readonly data: string;
  readonly model: string;
  readonly prompt: string;
  readonly temperature: number;
  readonly max_new_tokens: number;
  readonly seed: number;
  /** Absent where the model has none. */
  readonly tools?: ToolSettings | undefined;
}

/** Makes the folder, or checks that it was made for the same. Throws `run_exists`, naming the first setting that differs. */
export async function openEvaluation(folder: string, settings: AskedSettings): Promise<void> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'settings.json');
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return writeJson(path, settings);
  const earlier: unknown = JSON.parse(text);
  const before = isRecord(earlier) ? earlier : {};
  const now: Record<string, unknown> = { ...settings };
  const differs = Object.keys({ ...before, ...now }).find((name) => shown(before[name]) !== shown(now[name]));
  if (differs === undefined) return;
  throw new OrstaError(
    'run_exists',
    `${folder} has responses for ${differs} ${shown(before[differs])}, and now ${differs} is ${shown(now[differs])}. Give another --out, or delete the folder.`,
  );
}

function shown(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value);
}
