import { beforeAll, describe, expect, it } from 'vitest';
import { selectBackend } from '../backend/select-backend.ts';
import type { Engine } from '../engines/engine.ts';
import { TrainerError } from '../errors.ts';
import { engine, meanReward, processor, reward, run, samples, settings } from '../testing/tiny-training.ts';
import { resolveTrainConfig } from './config.ts';
import { train } from './train.ts';
import type { TrainState } from './train-options.ts';

beforeAll(async () => {
  await selectBackend({ prefer: ['wasm'] });
});

describe('staleness 1', () => {
  const config = settings({ steps: 5, staleness: 1, learningRate: 3e-2 });

  it('samples each step from the weights before the last update', async () => {
    const calls: string[] = [];
    const own = engine();
    const noted: Engine = {
      ...own,
      generate: (prompts, options) => {
        calls.push('generate');
        return own.generate(prompts, options);
      },
      update: (request) => {
        calls.push('update');
        return own.update(request);
      },
    };
    const reports = await run({ config, engine: noted });
    expect(reports.map(({ staleness }) => staleness)).toEqual([0, 1, 1, 1, 1]);
    expect(calls).toEqual(['generate', ...Array<string[]>(4).fill(['generate', 'update']).flat(), 'update']);
    const gaps = reports.map(({ updates }) => updates[0]?.statistics['sampler_gap'] ?? Number.NaN);
    // Not 0: an invented image placeholder is removed before the update, which is a gap of its own.
    for (const gap of gaps.slice(1)) expect(gap).toBeGreaterThan(10 * gaps[0]!);
  });

  it('still raises the reward, with truncated importance sampling', async () => {
    const change = { steps: 30, staleness: 1, learningRate: 1e-2, objective: { name: 'policy', samplerCap: 2 } };
    const reports = await run({ config: settings(change), engine: engine() });
    expect(meanReward(reports[0])).toBeLessThan(0.15);
    expect(meanReward(reports.at(-1))).toBeGreaterThan(0.5);
  });

  it('goes on from a saved state bit for bit', async () => {
    const straight = engine();
    await run({ config, engine: straight });
    const first = engine();
    let saved: { state: TrainState; snapshot: Awaited<ReturnType<Engine['snapshot']>> } | undefined;
    for await (const { state } of train({ processor, samples, reward, config, engine: first })) {
      saved = { state: JSON.parse(JSON.stringify(state)) as TrainState, snapshot: await first.snapshot() };
      if (state.step === 2) break;
    }
    const resumed = engine();
    await resumed.restore(saved!.snapshot);
    const reports = await run({ config, engine: resumed, state: saved!.state });
    expect(reports.map(({ staleness }) => staleness)).toEqual([1, 1, 1]);
    expect((await resumed.snapshot()).parameters).toEqual((await straight.snapshot()).parameters);
    const wider = { ...config, groupSize: 3 };
    await expect(run({ config: wider, engine: resumed, state: saved!.state })).rejects.toThrow(
      /holds the responses of the next step, 4 groups of 6, and the settings ask for 4 of 3/,
    );
  });

  it('reports the step before where the next one cannot be sampled', async () => {
    const own = engine();
    let calls = 0;
    const failing: Engine = {
      ...own,
      generate: (prompts, options) =>
        ++calls === 2 ? Promise.reject(new TrainerError('rollout_failed', 'The server is gone.')) : own.generate(prompts, options),
    };
    const reports = train({ processor, samples, reward, config, engine: failing });
    const { value } = await reports.next();
    expect(value?.updates).toHaveLength(1);
    expect(value?.state).toEqual({ step: 1, samplePosition: 4 });
    await expect(reports.next()).rejects.toThrow('The server is gone.');
  });

  it('is refused together with dynamic sampling', () => {
    expect(() => settings({ staleness: 1, samplingRounds: 2 })).toThrow(/staleness is 1 and samplingRounds is 2/);
  });
});

describe('an advantage that remembers', () => {
  it('goes on with what it kept, bit for bit', async () => {
    const config = resolveTrainConfig({ ...settings({ steps: 4 }), advantage: { name: 'ema-grpo', decay: 0.5 } });
    const straight = engine();
    const whole = await run({ config, engine: straight });
    const first = engine();
    let saved: { state: TrainState; snapshot: Awaited<ReturnType<Engine['snapshot']>> } | undefined;
    for await (const { state } of train({ processor, samples, reward, config, engine: first })) {
      saved = { state: JSON.parse(JSON.stringify(state)) as TrainState, snapshot: await first.snapshot() };
      if (state.step === 2) break;
    }
    expect(saved?.state.advantage).toBeDefined();
    const advantages = async (state: TrainState): Promise<(number | null)[]> => {
      const resumed = engine();
      await resumed.restore(saved!.snapshot);
      return (await run({ config, engine: resumed, state })).flatMap(({ rollouts }) => rollouts.map(({ advantage }) => advantage));
    };
    expect(await advantages(saved!.state)).toEqual(whole.slice(2).flatMap(({ rollouts }) => rollouts.map(({ advantage }) => advantage)));
    // Without it the deviations begin anew, and the test would see that.
    const { advantage: _, ...forgotten } = saved!.state;
    expect(await advantages(forgotten)).not.toEqual(await advantages(saved!.state));
  });
});
