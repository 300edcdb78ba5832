import { singleCollective } from '../collective/collective.ts';
import type { Engine } from './engine.ts';
import { createReplica, type ReplicaOptions } from './replica.ts';

/** An engine of one rank in this thread; the caller has selected the backend. */
export function createLocalEngine(options: Omit<ReplicaOptions, 'collective'>): Engine {
  const replica = createReplica({ ...options, collective: singleCollective() });
  return {
    config: options.config,
    ranks: 1,
    generate: (prompts, generation) => attempt(() => replica.generate(prompts, generation)),
    scoreTargets: (rows, temperature) => attempt(() => replica.scoreTargets(rows, temperature)),
    update: (request) => attempt(() => replica.update(request)),
    snapshot: () => attempt(() => replica.snapshot()),
    restore: (snapshot) => attempt(() => replica.restore(snapshot)),
    close: () => attempt(() => replica.dispose()),
  };
}

/** Runs synchronous work as a promise, so that its errors reject instead of escaping. */
function attempt<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(work());
  });
}
