// What supervised training asks of an engine, and when it asks for the next batch.
import { describe, expect, it } from 'vitest';
import { packRow, type PackedRow } from '../data/packed-row.ts';
import type { Engine } from '../engines/engine.ts';
import { TINY, tinyModel } from '../testing/tiny-model.ts';
import { scriptedEngine, written } from '../testing/scripted-engine.ts';
import { supervise, type SuperviseOptions, type SuperviseReport } from './supervise.ts';

const { config } = tinyModel();
const schedule = { peak: 0.5, warmupSteps: 2, decay: 'constant', floor: 0 } as const;

/** A row with a continuation for each list of weights. */
function row(...weights: readonly (readonly number[])[]): PackedRow {
  const continuations = weights.map((own) => ({ tokenIds: own.map((_, n) => 8 + n), trainFrom: 0, weights: own }));
  return packRow({ tokenIds: [1, 9], images: [] }, continuations, config);
}

async function run(
  change: Partial<SuperviseOptions> & Pick<SuperviseOptions, 'batchAt'>,
): Promise<{ reports: SuperviseReport[]; asked: ReturnType<typeof scriptedEngine>['asked'] }> {
  const { engine, asked } = scriptedEngine(() => written(TINY.stop));
  const reports: SuperviseReport[] = [];
  for await (const report of supervise({ engine, steps: 3, schedule, weightDecay: 0.25, ...change })) reports.push(report);
  return { reports, asked };
}

describe('supervise', () => {
  it('asks for one update a step, over the weights and the continuations of its rows', async () => {
    const batches = [[row([1, 0.5, 2], [1]), row([0.25])], [row([1, 1])], [row([0, 0]), row([0.5])]];
    const { reports, asked } = await run({ batchAt: (step) => batches[step]! });
    expect(asked.updates.map(({ normalizer }) => normalizer)).toEqual([
      { tokens: 4.75, sequences: 3 },
      { tokens: 2, sequences: 1 },
      // Half a token in all is divided by 1: the loss of next to nothing is next to nothing.
      { tokens: 1, sequences: 2 },
    ]);
    expect(asked.updates.map(({ rows }) => rows.length)).toEqual([2, 1, 2]);
    expect(asked.updates[0]).toMatchObject({
      objective: { name: 'next-token' },
      temperature: 1,
      gradientClip: 1,
      adamw: { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.25 },
    });
    expect(asked.updates.map(({ learningRate }) => learningRate)).toEqual([0.25, 0.5, 0.5]);
    expect(reports.map(({ step, learningRate, loss }) => [step, learningRate, loss])).toEqual([
      [1, 0.25, 1],
      [2, 0.5, 2],
      [3, 0.5, 3],
    ]);
  });

  it('goes on from a step, with an objective of its own', async () => {
    const steps: number[] = [];
    const { reports, asked } = await run({
      start: 1,
      objective: { name: 'other', width: 3 },
      batchAt: (step) => {
        steps.push(step);
        return Promise.resolve([row([1])]);
      },
    });
    expect(steps).toEqual([1, 2]);
    expect(reports.map(({ step }) => step)).toEqual([2, 3]);
    expect(asked.updates.map(({ learningRate }) => learningRate)).toEqual([0.5, 0.5]);
    expect(asked.updates[0]?.objective).toEqual({ name: 'other', width: 3 });
    expect((await run({ start: 3, batchAt: () => [] })).reports).toEqual([]);
  });

  it('makes the next batch while the engine works, and none after the last', async () => {
    const order: string[] = [];
    const own = scriptedEngine(() => written(TINY.stop)).engine;
    const engine: Engine = {
      ...own,
      update: async (request) => {
        order.push('update begins');
        await new Promise((resolve) => setImmediate(resolve));
        order.push('update ends');
        return own.update(request);
      },
    };
    await run({
      engine,
      steps: 2,
      batchAt: (step) => {
        order.push(`batch ${String(step)}`);
        return [row([1])];
      },
    });
    expect(order).toEqual(['batch 0', 'update begins', 'batch 1', 'update ends', 'update begins', 'update ends']);
  });

  it('says how long a step took', async () => {
    const own = scriptedEngine(() => written(TINY.stop)).engine;
    const engine: Engine = {
      ...own,
      update: (request) => new Promise((resolve) => setTimeout(resolve, 25)).then(() => own.update(request)),
    };
    const began = performance.now();
    const { reports } = await run({ engine, steps: 2, batchAt: () => [row([1])] });
    const whole = (performance.now() - began) / 1000;
    for (const { seconds } of reports) expect(seconds).toBeGreaterThan(0.02);
    expect(reports.reduce((sum, { seconds }) => sum + seconds, 0)).toBeLessThanOrEqual(whole);
  });
});
