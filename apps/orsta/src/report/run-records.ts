import { dirname, join } from 'node:path';
import type { RolloutBox } from '@vtriune/monitor';
import { readTextLines } from '@vtriune/format';

/** A recorded response. */
export interface RecordedResponse {
  readonly response: string;
  readonly reward: number | undefined;
  readonly boxes: readonly RolloutBox[];
  /** File of the image that the boxes are on; where absent, they are in pixels of the stored image. */
  readonly image?: string;
}

/** What a model said to a held-out sample before and after training. */
export interface ShownAnswer {
  readonly before?: RecordedResponse;
  readonly after: RecordedResponse;
}

/** What pictures need of the records of a run. */
export interface RunRecords {
  /** Mean reward of every training step, by task. */
  readonly curves: ReadonlyMap<string, readonly (readonly [step: number, value: number])[]>;
  /** Held-out answers by the sample's id. */
  readonly answers: ReadonlyMap<string, ShownAnswer>;
}

interface Row {
  readonly step: number;
  readonly split?: string;
  readonly source: string;
  readonly sample: string;
  readonly response: string;
  readonly images?: readonly string[];
  readonly boxes?: readonly RolloutBox[];
  readonly result: { readonly status: string; readonly reward?: number };
}

/** Reads `rollouts.jsonl` of a run. `taskOf` gives the task of a data source; `lastStep` is the step that the held-out answers are from. */
export async function readRunRecords(path: string, options: { taskOf: (source: string) => string; lastStep: number }): Promise<RunRecords> {
  const sums = new Map<string, Map<number, { sum: number; count: number }>>();
  const answers = new Map<string, { before?: RecordedResponse; after?: RecordedResponse }>();
  for await (const line of readTextLines(path)) {
    const row = JSON.parse(line) as Row;
    if (row.split !== 'test') addReward(sums, options.taskOf(row.source), row);
    else if (row.step === 0) answers.set(row.sample, { ...answers.get(row.sample), before: responseOf(row, path) });
    else if (row.step === options.lastStep) answers.set(row.sample, { ...answers.get(row.sample), after: responseOf(row, path) });
  }
  const curves = [...sums].map(([task, steps]) => {
    const points = [...steps].sort(([a], [b]) => a - b).map(([step, { sum, count }]) => [step, sum / count] as const);
    return [task, points] as const;
  });
  const shown = [...answers].flatMap(([id, { before, after }]): [string, ShownAnswer][] =>
    after === undefined ? [] : [[id, before === undefined ? { after } : { before, after }]],
  );
  return { curves: new Map(curves), answers: new Map(shown) };
}

function addReward(sums: Map<string, Map<number, { sum: number; count: number }>>, task: string, { step, result }: Row): void {
  if (result.reward === undefined) return;
  const steps = sums.get(task) ?? new Map<number, { sum: number; count: number }>();
  const { sum, count } = steps.get(step) ?? { sum: 0, count: 0 };
  sums.set(task, steps.set(step, { sum: sum + result.reward, count: count + 1 }));
}

function responseOf({ response, result, images, boxes = [] }: Row, path: string): RecordedResponse {
  const image = images?.[0];
  return { response, reward: result.reward, boxes, ...(image === undefined ? {} : { image: join(dirname(path), image) }) };
}
