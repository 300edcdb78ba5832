// Where responses are sampled: in this process, or by a server that is made for it. One contract, and one way to put it under a training engine: the
// engine learns, writes its weights to a folder, and the rollout engine takes them from there.
//
// Left out: weights by NCCL or by shared memory, which need a trainer that holds CUDA tensors.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeModelFolder } from '../../checkpoint/save-checkpoint.ts';
import type { Engine } from '../../engines/engine.ts';
import { TrainerError } from '../../errors.ts';
import type { Generation, GenerationOptions, GenerationPrompt } from '../generate.ts';

/** Weights on a disk that the rollout engine can read. */
export interface RolloutWeights {
  /** A model folder, or an adapter in the layout of PEFT, as the engine takes. */
  readonly folder: string;
  /** Name of these weights, such as `step-000012`; a new one for each update. */
  readonly version: string;
}

/** Samples responses. */
export interface RolloutEngine {
  readonly name: string;
  /** What an update hands over: whole models, adapters alone, or nothing, where the trainer's own weights are used. */
  readonly takes: 'model' | 'adapter' | 'nothing';
  /** `[P][G]` responses, with the log-probability of every token. Throws `rollout_failed`. */
  generate(prompts: readonly GenerationPrompt[], options: GenerationOptions): Promise<Generation[][]>;
  /** Goes on with these weights. Throws `rollout_failed` and keeps the old ones where they are refused. */
  update(weights: RolloutWeights): Promise<void>;
  /** Gives memory back between rollouts, where the engine can. */
  sleep(): Promise<void>;
  wake(): Promise<void>;
  close(): Promise<void>;
}

/** The trainer's own engine as a rollout engine. */
export function localRollouts(engine: Pick<Engine, 'generate'>): RolloutEngine {
  const nothing = (): Promise<void> => Promise.resolve();
  return {
    name: 'local',
    takes: 'nothing',
    generate: (prompts, options) => engine.generate(prompts, options),
    update: nothing,
    sleep: nothing,
    wake: nothing,
    close: nothing,
  };
}

/** How a training engine samples elsewhere. */
export interface SampleElsewhereOptions {
  readonly rollouts: RolloutEngine;
  /** Folder for weights, on a disk that both see; each update has a folder of its own there, and the one before is removed. */
  readonly folder: string;
  /** Folder of the model that training began from. */
  readonly modelFolder: string;
  /** Whether the rollout engine gives its memory back while the trainer learns. */
  readonly sleepBetween?: boolean;
}

/**
 * A training engine whose responses come from a rollout engine: before it samples, the rollout engine gets the weights of the last update. Throws
 * `invalid_config` for an engine that takes adapters only.
 */
export function sampleElsewhere(engine: Engine, options: SampleElsewhereOptions): Engine {
  const { rollouts } = options;
  if (rollouts.takes === 'adapter') {
    throw new TrainerError(
      'invalid_config',
      `${rollouts.name} loads adapters, and this engine trains whole weights. Use a server that takes a model folder (sglang), or hand adapters over with update().`,
    );
  }
  let updates = 0;
  let handedOver = 0;
  let asleep = false;
  const handOver = async (): Promise<void> => {
    if (rollouts.takes === 'nothing' || handedOver === updates) return;
    const version = `update-${String(updates).padStart(6, '0')}`;
    const folder = join(options.folder, version);
    await mkdir(options.folder, { recursive: true });
    await writeModelFolder(folder, options.modelFolder, await engine.snapshot());
    await rollouts.update({ folder, version });
    await rm(join(options.folder, `update-${String(handedOver).padStart(6, '0')}`), { recursive: true, force: true });
    handedOver = updates;
  };
  return {
    ...engine,
    generate: async (prompts, generation) => {
      if (asleep) await rollouts.wake();
      asleep = false;
      await handOver();
      const generations = await rollouts.generate(prompts, generation);
      if (options.sleepBetween === true) {
        await rollouts.sleep();
        asleep = true;
      }
      return generations;
    },
    update: async (request) => {
      const report = await engine.update(request);
      updates++;
      return report;
    },
    restore: async (snapshot) => {
      await engine.restore(snapshot);
      updates++;
    },
    close: async () => {
      await Promise.all([engine.close(), rollouts.close()]);
    },
  };
}
