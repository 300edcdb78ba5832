// An adaptive IoU threshold in a whole run: it rises with what each source has passed, and a resumed run goes on with the same thresholds.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { thresholdAt, type IouSchedule } from '@vtriune/iou';
import type { RolloutRecord } from '@vtriune/monitor';
import { beforeAll, describe, expect, it } from 'vitest';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const model = fileURLToPath(new URL('../../models/orsta-nano-base', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'orsta-adaptive-'));
const STEPS = 4;
const schedule: IouSchedule = { kind: 'adaptive', levels: [0.05, 0.15, 0.99], raiseAbove: 0.1, minimumCount: 2 };

const recipe = `
name: adaptive
model: { path: ${model} }
data: { kind: suite, tasks: [grounding, detection] }
evaluation: { samplesPerTask: 0 }
reward: { kind: local, iouSchedule: ${JSON.stringify(schedule)} }
trainer: { steps: ${String(STEPS)}, promptsPerStep: 4, groupSize: 4, maxNewTokens: 40, seed: 3 }
engine: { ranks: 1 }
checkpoint: { everySteps: 2, keep: 2 }
`;

function train(...given: string[]): string {
  const { status, stderr } = spawnSync(process.execPath, [cli, 'train', 'recipe.yaml', ...given], { cwd: folder, encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return join(folder, 'runs', given[given.indexOf('--run-name') + 1] ?? 'adaptive', 'rollouts.jsonl');
}

function rolloutsOf(path: string): RolloutRecord[] {
  return readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RolloutRecord);
}

function facts({ result }: RolloutRecord): { threshold: number | undefined; passed: boolean } {
  if (result.status === 'failed') throw new RangeError(result.error.message);
  const { components, metrics } = result;
  return {
    threshold: metrics['iou_threshold'],
    passed: Math.max(...[components['overlap'], components['iou_label_first']].flatMap((x) => x ?? [])) > 0,
  };
}

describe('an adaptive IoU threshold', () => {
  let straight: RolloutRecord[];
  beforeAll(() => {
    writeFileSync(join(folder, 'recipe.yaml'), recipe);
    straight = rolloutsOf(train('--run-name', 'straight'));
  }, 300_000);

  it('rises by what each source has passed in the steps before', () => {
    const levels = new Set<number>();
    for (const source of new Set(straight.map((row) => row.source))) {
      const own = straight.filter((row) => row.source === source);
      const windows: { passed: number; count: number }[] = [];
      for (let step = 1; step <= STEPS; step++) {
        const rows = own.filter((row) => row.step === step).map(facts);
        for (const { threshold } of rows) {
          expect(threshold).toBe(thresholdAt(schedule, 0, windows));
          levels.add(threshold ?? NaN);
        }
        if (rows.length > 0) windows.push({ passed: rows.filter(({ passed }) => passed).length, count: rows.length });
      }
    }
    expect(levels.size).toBeGreaterThan(1);
  });

  it('is the same in a run that was stopped and resumed', () => {
    train('--run-name', 'resumed', 'trainer.steps=2');
    const resumed = rolloutsOf(train('--run-name', 'resumed', '--resume'));
    const seen = (rows: RolloutRecord[]) => rows.map((row) => [row.step, row.sample, row.response, facts(row).threshold]);
    expect(seen(resumed)).toEqual(seen(straight));
  }, 300_000);

  it('is said to go by what is left where the responses of the steps before are gone', () => {
    const path = train('--run-name', 'emptied', 'trainer.steps=2');
    for (const [steps, lose] of [
      [3, () => writeFileSync(path, '')],
      [4, () => rmSync(path)],
    ] as const) {
      lose();
      const given = ['train', 'recipe.yaml', '--run-name', 'emptied', `trainer.steps=${String(steps)}`, '--resume'];
      const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...given], { cwd: folder, encoding: 'utf8' });
      expect(status).toBe(0);
      expect(stdout + stderr).toContain(`rollouts.jsonl has the responses of 0 of the ${String(steps - 1)} steps so far`);
    }
  }, 300_000);
});
