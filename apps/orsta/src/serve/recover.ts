import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseMetricRecord, parseRolloutRecord, type RolloutRecord } from '@vtriune/monitor';

// The recorder writes the step first, so that of a long run only the last lines need to be parsed.
const STEP_FIRST = /^\{"step":(\d+)[,}]/;

/** The last step of a run folder whose metrics are written; -1 where there is none. */
export async function lastWrittenStep(folder: string): Promise<number> {
  let written = -1;
  for await (const line of linesOf(join(folder, 'metrics.jsonl'))) written = Math.max(written, parseMetricRecord(JSON.parse(line)).step);
  return written;
}

/** The rollouts of steps after `written`: those that were not summed up when the last service ended. */
export async function* openRollouts(folder: string, written: number): AsyncGenerator<RolloutRecord> {
  for await (const line of linesOf(join(folder, 'rollouts.jsonl'))) {
    const step = STEP_FIRST.exec(line.slice(0, 40))?.[1];
    if (step !== undefined && Number(step) <= written) continue;
    const record = parseRolloutRecord(JSON.parse(line));
    if (record.step > written) yield record;
  }
}

// readline would also split at U+2028, which JSON allows inside a text.
async function* linesOf(path: string): AsyncGenerator<string> {
  if (!existsSync(path)) return;
  let parts: string[] = [];
  for await (const chunk of createReadStream(path, 'utf8') as AsyncIterable<string>) {
    const [head = '', ...lines] = chunk.split('\n');
    parts.push(head);
    for (const line of lines) {
      const whole = parts.join('');
      parts = [line];
      if (whole !== '') yield whole;
    }
  }
}
