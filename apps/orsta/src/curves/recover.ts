import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseRolloutRecord, type RolloutRecord } from '@vtriune/monitor';
import { readTextLines } from '@vtriune/format';

// The recorder writes the step first, so that of a long run only the last lines need to be parsed.
const STEP_FIRST = /^\{"step":(\d+)[,}]/;

/** The rollouts of steps after `written`: those that were not summed up when the last service ended. */
export async function* openRollouts(folder: string, written: number): AsyncGenerator<RolloutRecord> {
  for await (const line of recordsIn(join(folder, 'rollouts.jsonl'))) {
    const step = STEP_FIRST.exec(line.slice(0, 40))?.[1];
    if (step !== undefined && Number(step) <= written) continue;
    const record = parseRolloutRecord(JSON.parse(line));
    if (record.step > written) yield record;
  }
}

async function* recordsIn(path: string): AsyncGenerator<string> {
  if (!existsSync(path)) return;
  for await (const line of readTextLines(path)) if (line !== '') yield line;
}
