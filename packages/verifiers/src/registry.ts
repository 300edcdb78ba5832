import { VerifierError } from './errors.ts';
import type { Verifier } from './verifier.ts';

/** Verifiers by name; a value, so that two runs in one process can differ. */
export interface Registry {
  /** In order of registration. */
  readonly names: readonly string[];
  /**
   * The verifier of that name.
   *
   * @throws VerifierError `unknown_verifier`, listing the known names.
   */
  get(name: string): Verifier;
  has(name: string): boolean;
}

/**
 * A registry of exactly these verifiers: `createRegistry([...builtins, ...mine])`.
 *
 * @throws VerifierError `duplicate_verifier` when a name comes twice.
 */
export function createRegistry(verifiers: readonly Verifier[]): Registry {
  const byName = new Map<string, Verifier>();
  for (const verifier of verifiers) {
    if (byName.has(verifier.name)) {
      const message = `Two verifiers are named "${verifier.name}". Names must be unique in a registry; rename one or leave one out. Known so far: ${[...byName.keys()].join(', ')}.`;
      throw new VerifierError('duplicate_verifier', message);
    }
    byName.set(verifier.name, verifier);
  }
  const names = Object.freeze([...byName.keys()]);
  const get = (name: string): Verifier => {
    const verifier = byName.get(name);
    if (verifier !== undefined) return verifier;
    const known = names.length === 0 ? 'The registry is empty.' : `Known: ${names.join(', ')}.`;
    throw new VerifierError(
      'unknown_verifier',
      `No verifier is named "${name}". ${known} A third-party verifier must be listed in "plugins".`,
    );
  };
  return Object.freeze({ names, get, has: (name: string) => byName.has(name) });
}
