import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseMetricRecord, parseRolloutRecord, type RolloutRecord } from '@vtriune/monitor';

/** What a run folder holds that a restarted service must know. */
export interface RecoveredRun {
  /** Rollouts of steps that were not summed up when the last service ended. */
  readonly open: readonly RolloutRecord[];
  /** Last step whose metrics are written; -1 where there is none. */
  readonly written: number;
}

/** Reads a run folder back; rollouts are kept only where their step has no metrics yet. */
export async function recoverRun(folder: string): Promise<RecoveredRun> {
  let written = -1;
  for await (const line of linesOf(join(folder, 'metrics.jsonl'))) written = Math.max(written, parseMetricRecord(JSON.parse(line)).step);
  const open: RolloutRecord[] = [];
  for await (const line of linesOf(join(folder, 'rollouts.jsonl'))) {
    const record = parseRolloutRecord(JSON.parse(line));
    if (record.step > written) open.push(record);
  }
  return { open, written };
}

async function* linesOf(path: string): AsyncGenerator<string> {
  if (!existsSync(path)) return;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) if (line !== '') yield line;
}
