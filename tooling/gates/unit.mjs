import { vitestGate } from '../lib/vitest-gate.mjs';

/** Tests beside the sources, run against the sources. */
export const unit = vitestGate({ name: 'unit', what: 'tests beside the sources', config: 'vitest.config.ts' });
