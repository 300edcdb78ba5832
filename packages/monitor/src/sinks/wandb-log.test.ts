import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createWandbLog, type WandbRecord } from './wandb-log.ts';

const golden = readFileSync(new URL('../../test/fixtures/golden.wandb', import.meta.url));
const records: readonly WandbRecord[] = [
  { kind: 'header' },
  {
    kind: 'run',
    run: { id: 'golden01', project: 'vtriune', name: 'demo', config: { 'trainer.steps': 200 }, startTime: 1_764_000_000.5 },
  },
  {
    kind: 'history',
    step: 0,
    values: new Map([
      ['train/reward/total/all', 0.5],
      ['train/name/Zürich.1', -1.25],
    ]),
  },
  { kind: 'history', step: 3_000_000_000, values: new Map([['x'.repeat(32_000), 0.25]]) },
  { kind: 'history', step: 3_000_000_001, values: new Map([['y'.repeat(70_000), 0.75]]) },
  { kind: 'summary', values: new Map([['train/reward/total/all', 0.5]]) },
  { kind: 'exit', runtime: 7 },
];

describe('createWandbLog', () => {
  it("gives the bytes of wandb's own writer, over the ends of blocks, however the records are given", () => {
    const written: Uint8Array[] = [];
    const whole = createWandbLog((bytes) => written.push(bytes));
    whole.append(records);
    expect(Buffer.concat(written).equals(golden)).toBe(true);
    written.length = 0;
    const single = createWandbLog((bytes) => written.push(bytes));
    for (const record of records) single.append([record]);
    expect(Buffer.concat(written).equals(golden)).toBe(true);
  });

  it('goes on after a write that failed as if it had not been', () => {
    const written: Uint8Array[] = [];
    let full = false;
    const log = createWandbLog((bytes) => {
      if (full) throw new Error('ENOSPC');
      written.push(bytes);
    });
    for (const record of records) {
      full = true;
      expect(() => log.append([record])).toThrow('ENOSPC');
      full = false;
      log.append([record]);
    }
    expect(Buffer.concat(written).equals(golden)).toBe(true);
  });
});
