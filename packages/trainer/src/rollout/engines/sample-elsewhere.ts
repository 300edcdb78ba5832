import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isAdapterParameter } from '../../adapters/adapter-names.ts';
import { writeModelFolder } from '../../checkpoint/save-checkpoint.ts';
import type { Engine, EngineSnapshot } from '../../engines/engine.ts';
import { TrainerError } from '../../errors.ts';
import type { GenerationPrompt } from '../generate.ts';
import type { RolloutEngine, RolloutWeights } from './rollout-engine.ts';

/** How a training engine samples elsewhere. */
export interface SampleElsewhereOptions {
  readonly rollouts: RolloutEngine;
  /** Folder for weights on a disk that both see. Those of the last update stay there until the next, or until the engine is closed. */
  readonly folder: string;
  /** Folder of the model that training began from; its configuration and tokenizer go with the weights. */
  readonly modelFolder: string;
  /** Names the weights, with the number of the update after it. */
  readonly name: string;
  /** Whether the rollout engine gives its memory back while the trainer learns. */
  readonly sleepBetween?: boolean;
}

/**
 * A training engine that takes its responses from a rollout engine. Before it samples, the rollout engine gets the weights as they are at the moment
 * of the call, by a folder; an update that is called afterwards does not change them. Throws `rollout_failed`.
 */
export function sampleElsewhere(engine: Engine, options: SampleElsewhereOptions): Engine {
  const { rollouts } = options;
  let updates = 0;
  let handedOver: { readonly updates: number; readonly weights: RolloutWeights } | undefined;
  let asleep = false;
  const handOver = async (number: number, snapshot: EngineSnapshot): Promise<void> => {
    const weights = await writeWeights(options, number, snapshot);
    await rollouts.update(weights);
    await removeWeights(handedOver?.weights);
    handedOver = { updates: number, weights };
  };
  return {
    ...engine,
    generate: async (prompts, generation) => {
      refuseTools(rollouts, prompts);
      // Taken before anything is awaited: a later call may be an update.
      const number = updates;
      const snapshot = handedOver?.updates === number ? undefined : engine.snapshot();
      if (asleep) await rollouts.wake();
      asleep = false;
      if (snapshot !== undefined) await handOver(number, await snapshot);
      const generations = await rollouts.generate(prompts, generation);
      if (options.sleepBetween === true) {
        await rollouts.sleep();
        asleep = true;
      }
      return generations;
    },
    update: (request) => {
      updates++;
      return engine.update(request);
    },
    restore: (snapshot) => {
      updates++;
      return engine.restore(snapshot);
    },
    close: async () => {
      await engine.close();
      // Another run may use the server.
      if (asleep) await rollouts.wake();
      await removeWeights(handedOver?.weights);
    },
  };
}

/** Servers make text of a response and token ids of the text again, which may be others: the log-probabilities would belong to another response. */
function refuseTools({ name, capabilities }: RolloutEngine, prompts: readonly GenerationPrompt[]): void {
  if (capabilities.tools || prompts.every(({ continues }) => continues === undefined)) return;
  throw new TrainerError(
    'invalid_config',
    `${name} cannot go on with a response after the turn of a tool. Sample with the local engine (rollout.kind local), or take the tools out of trainer.tools.use.`,
  );
}

async function writeWeights(options: SampleElsewhereOptions, updates: number, snapshot: EngineSnapshot): Promise<RolloutWeights> {
  const { rollouts, name, modelFolder } = options;
  const kind = [...snapshot.parameters.keys()].some(isAdapterParameter) ? 'adapter' : 'model';
  if (!rollouts.capabilities.weights.includes(kind)) {
    throw new TrainerError(
      'invalid_config',
      `${rollouts.name} takes no weights of the kind "${kind}"; it takes ${rollouts.capabilities.weights.join(', ') || 'none'}. Use another rollout engine.`,
    );
  }
  // A resumed run counts its updates from 0 again, and a server may still know the names of the run before.
  const version = `${name}-${String(updates).padStart(6, '0')}-${randomUUID().slice(0, 4)}`;
  const folder = resolve(join(options.folder, version));
  await mkdir(folder, { recursive: true });
  await writeModelFolder(folder, modelFolder, snapshot);
  return { kind, folder, version };
}

async function removeWeights(weights: RolloutWeights | undefined): Promise<void> {
  if (weights !== undefined) await rm(weights.folder, { recursive: true, force: true });
}
