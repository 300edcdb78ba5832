import base from '../../vitest.config.ts';
import { targets } from './targets.mjs';

const target = targets[process.env.MUTATION_TARGET];

export default { ...base, test: { ...base.test, include: target.tests, maxWorkers: 1 } };
