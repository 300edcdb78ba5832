import { singleCollective } from '../collective/collective.ts';
import { algorithms, type TrainerPlugin } from '../plugins.ts';
import type { Engine } from './engine.ts';
import { isWasmFault, nameMemoryFault } from './memory-fault.ts';
import { createReplica, type ReplicaOptions } from './replica.ts';

/** Options of an engine of one rank. */
export interface LocalEngineOptions extends Omit<ReplicaOptions, 'collective' | 'objectives'> {
  /** Further objectives, by package; the built-in ones are always there. */
  plugins?: readonly TrainerPlugin[];
}

/** An engine of one rank in this thread; the caller has selected the backend. */
export function createLocalEngine(options: LocalEngineOptions): Engine {
  const { objectives } = algorithms(options.plugins);
  const replica = createReplica({ ...options, objectives, collective: singleCollective() });
  let broken = false;
  const attempt = <T>(work: () => T): Promise<T> =>
    promiseOf(work).catch((error: unknown) => {
      broken ||= isWasmFault(error);
      throw nameMemoryFault(error);
    });
  return {
    config: options.config,
    ranks: 1,
    encodeImages: (images) => attempt(() => replica.encodeImages(images)),
    generate: (prompts, generation) => attempt(() => replica.generate(prompts, generation)),
    scoreTargets: (rows, temperature) => attempt(() => replica.scoreTargets(rows, temperature)),
    update: (request) => attempt(() => replica.update(request)),
    snapshot: () => attempt(() => replica.snapshot()),
    restore: (snapshot) => attempt(() => replica.restore(snapshot)),
    // After a memory fault the wasm module cannot free anything either; its error would hide the first one.
    close: () => (broken ? Promise.resolve() : attempt(() => replica.dispose())),
  };
}

/** Runs synchronous work as a promise, so that its errors reject instead of escaping. */
function promiseOf<T>(work: () => T): Promise<T> {
  return new Promise<T>((resolve) => {
    resolve(work());
  });
}
