// The rollouts of one step, read from the file when somebody looks at them, as groups and filtered. What one look may read is
// bounded: a step can have more rollouts than fit into memory.
import { open } from 'node:fs/promises';
import { parseRolloutRecord, type RolloutRecord } from '../record.ts';
import type { RunData } from './run-data.ts';
import type { RolloutGroup, RolloutPage } from './wire.ts';

/** Which groups of a step are asked for. */
export interface RolloutQuery {
  readonly step: number;
  readonly split?: string | undefined;
  readonly source?: string | undefined;
  readonly verifier?: string | undefined;
  readonly sample?: string | undefined;
  /** In prompt, truth or response, without regard to case. */
  readonly text?: string | undefined;
  readonly outcome?: 'right' | 'wrong' | 'mixed' | 'failed' | undefined;
  readonly skip: number;
  readonly limit: number;
}

const MOST_BYTES = 64 * 2 ** 20;

/** A page of groups, in the order in which they were written. */
export async function readRolloutPage(run: RunData, query: RolloutQuery): Promise<RolloutPage> {
  const groups = groupRollouts(await readStep(run, query.step));
  const ofSplit = groups.filter(({ split }) => query.split === undefined || split === query.split);
  const fitting = ofSplit.filter((group) => fits(group, query));
  return {
    step: query.step,
    groups: fitting.slice(query.skip, query.skip + query.limit),
    total: fitting.length,
    sources: [...new Set(ofSplit.map(({ source }) => source))].sort(),
    verifiers: [...new Set(ofSplit.map(({ verifier }) => verifier))].sort(),
  };
}

/** The records of a step; lines that are none are left out. */
export async function readStep({ rollouts, rolloutsPath }: RunData, step: number): Promise<RolloutRecord[]> {
  const records: RolloutRecord[] = [];
  const file = await open(rolloutsPath, 'r');
  let left = MOST_BYTES;
  try {
    for (const { start, end } of rollouts.step(step)?.ranges ?? []) {
      const length = Math.min(end - start, left);
      left -= length;
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start);
      for (const line of buffer.toString('utf8', 0, bytesRead).split('\n')) {
        const record = parseLine(line);
        // The file may have been replaced since it was indexed.
        if (record?.step === step) records.push(record);
      }
      if (left <= 0) break;
    }
  } finally {
    await file.close();
  }
  return records;
}

function parseLine(line: string): RolloutRecord | undefined {
  if (line === '') return undefined;
  try {
    return parseRolloutRecord(JSON.parse(line));
  } catch {
    return undefined;
  }
}

/** Responses to one prompt of a step together. */
export function groupRollouts(records: readonly RolloutRecord[]): RolloutGroup[] {
  const groups = new Map<string, { head: Omit<RolloutGroup, 'rollouts'>; rollouts: RolloutGroup['rollouts'][number][] }>();
  for (const { prompt, ground_truth: truth, images = [], run: _run, sample, source, split = 'train', ...rollout } of records) {
    const group = rollout.group ?? sample;
    const key = JSON.stringify([split, source, group]);
    const known = groups.get(key) ?? {
      head: { group, sample, source, split, prompt, ...(truth === undefined ? {} : { truth }), images, verifier: rollout.result.verifier },
      rollouts: [],
    };
    known.rollouts.push(rollout);
    groups.set(key, known);
  }
  return [...groups.values()].map(({ head, rollouts }) => ({ ...head, rollouts }));
}

function fits(group: RolloutGroup, { source, verifier, sample, text, outcome }: RolloutQuery): boolean {
  if (source !== undefined && group.source !== source) return false;
  if (verifier !== undefined && group.verifier !== verifier) return false;
  if (sample !== undefined && group.sample !== sample) return false;
  if (outcome !== undefined && outcomeOf(group) !== outcome) return false;
  if (text === undefined || text === '') return true;
  const wanted = text.toLowerCase();
  return [group.prompt, group.truth ?? '', ...group.rollouts.map(({ response }) => response)].some((shown) =>
    shown.toLowerCase().includes(wanted),
  );
}

function outcomeOf({ rollouts }: RolloutGroup): 'right' | 'wrong' | 'mixed' | 'failed' {
  if (rollouts.some(({ result }) => result.status === 'failed')) return 'failed';
  const rewards = rollouts.flatMap(({ result }) => (result.status === 'scored' ? [result.reward] : []));
  if (rewards.every((reward) => reward >= 1)) return 'right';
  return new Set(rewards).size > 1 ? 'mixed' : 'wrong';
}
