import type { Wire } from '../wire.ts';
import { nemoGym } from './nemo-gym.ts';
import { openrlhf } from './openrlhf.ts';
import { slime } from './slime.ts';
import { createVTriuneWire } from './v-triune.ts';

/** Every protocol of a trainer that the server speaks beside its own. */
export const wires: readonly Wire[] = [createVTriuneWire(), openrlhf, slime, nemoGym];
