import { existsSync } from 'node:fs';
import { readTextLines } from '@vtriune/format';
import type { RewardResult } from '@vtriune/verifiers';

/** A response of training as `rollouts.jsonl` has it, as far as a run that goes on needs it. */
export interface RecordedResponse {
  readonly step: number;
  readonly split?: string;
  readonly source: string;
  readonly group: string;
  readonly result: RewardResult;
}

/** The training steps in the rollout records of a run, oldest first; `path` is its `rollouts.jsonl`, which may be absent. */
export async function* recordedSteps(path: string): AsyncGenerator<{ step: number; responses: RecordedResponse[] }> {
  if (!existsSync(path)) return;
  let step: number | undefined;
  let responses: RecordedResponse[] = [];
  for await (const line of readTextLines(path)) {
    const row = JSON.parse(line) as RecordedResponse;
    if (row.split === 'test') continue;
    if (step !== undefined && row.step !== step) {
      yield { step, responses };
      responses = [];
    }
    step = row.step;
    responses.push(row);
  }
  if (step !== undefined) yield { step, responses };
}
