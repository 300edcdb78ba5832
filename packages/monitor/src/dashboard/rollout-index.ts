// Where in rollouts.jsonl the records of each step are. Rollouts are large and looked at a step at a time, so they stay in the file:
// a million of them cost a few megabytes here. Lines need not be in the order of steps.
import type { Lines } from './line-tail.ts';

/** Bytes of a file. */
export interface ByteRange {
  readonly start: number;
  end: number;
}

/** The rollouts of one step. */
export interface StepRollouts {
  readonly step: number;
  readonly counts: Map<string, number>;
  readonly ranges: ByteRange[];
}

/** The steps of a file of rollouts. */
export interface RolloutIndex {
  take(lines: Lines): void;
  reset(): void;
  /** In ascending order. */
  steps(): readonly StepRollouts[];
  step(step: number): StepRollouts | undefined;
  count(): number;
  bad(): number;
}

// As our own writers begin a line; others are parsed.
const HEAD = /^\{(?:"run":"[^"\\]*",)?"step":(\d+),(?:"source":"[^"\\]*",)?(?:"split":"([^"\\]*)")?/;
const HEAD_BYTES = 400;

/** An index of nothing. */
export function createRolloutIndex(): RolloutIndex {
  const steps = new Map<number, StepRollouts>();
  const totals = { count: 0, bad: 0 };
  const add = (bytes: Buffer, range: ByteRange): void => {
    const found = headOf(bytes);
    if (found === undefined) {
      totals.bad += 1;
      return;
    }
    const known = steps.get(found.step) ?? { step: found.step, counts: new Map<string, number>(), ranges: [] };
    steps.set(found.step, known);
    known.counts.set(found.split, (known.counts.get(found.split) ?? 0) + 1);
    const last = known.ranges.at(-1);
    if (last?.end === range.start) last.end = range.end;
    else known.ranges.push(range);
    totals.count += 1;
  };
  return {
    take: ({ bytes, offset }) => {
      let start = 0;
      for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, start)) {
        if (end > start) add(bytes.subarray(start, end), { start: offset + start, end: offset + end + 1 });
        start = end + 1;
      }
    },
    reset: () => {
      steps.clear();
      Object.assign(totals, { count: 0, bad: 0 });
    },
    steps: () => [...steps.values()].sort((a, b) => a.step - b.step),
    step: (step) => steps.get(step),
    count: () => totals.count,
    bad: () => totals.bad,
  };
}

/** A line that is cut short or holds something else has no head. */
function headOf(line: Buffer): { step: number; split: string } | undefined {
  const match = HEAD.exec(line.toString('latin1', 0, HEAD_BYTES));
  // The last byte tells a whole record from one that was cut and written on.
  if (match?.[2] !== undefined && line.at(-1) === 0x7d) return { step: Number(match[1]), split: match[2] };
  try {
    const { step, split = 'train' } = JSON.parse(line.toString('utf8')) as { step?: unknown; split?: unknown };
    return typeof step === 'number' && Number.isSafeInteger(step) && typeof split === 'string' ? { step, split } : undefined;
  } catch {
    return undefined;
  }
}
