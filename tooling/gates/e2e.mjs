import { vitestGate } from '../lib/vitest-gate.mjs';

/** Tests named `*.e2e.test.ts`, run against what the build made. */
export const e2e = vitestGate({ name: 'e2e', what: 'whole programs, against what the build made', config: 'vitest.e2e.config.ts' });
