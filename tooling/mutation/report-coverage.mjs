// Which mutants a test reaches, put where Stryker looks for it. Stryker 9.3 takes the first argument of `afterAll` for the suite, which it no
// longer is in Vitest 4.1: without this file every test runs for every mutant. Stryker 9.6 does it itself, and needs Node 22.
import { afterAll, beforeEach, inject } from 'vitest';

const stryker = globalThis[inject('globalNamespace')];
let file;

beforeEach(({ task }) => {
  file = task.file;
});
afterAll(() => {
  if (file === undefined) return;
  if (inject('mode') === 'mutant') file.meta.hitCount = stryker.hitCount;
  else file.meta.mutantCoverage = stryker.mutantCoverage;
});
