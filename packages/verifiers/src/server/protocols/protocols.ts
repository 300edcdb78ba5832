import type { ProtocolAdapter } from '../protocol.ts';
import { nemoGym } from './nemo-gym.ts';
import { openrlhf } from './openrlhf.ts';
import { slime } from './slime.ts';
import { createVTriuneAdapter } from './v-triune.ts';

/** Every protocol of a trainer that the server speaks beside its own. */
export const protocols: readonly ProtocolAdapter[] = [createVTriuneAdapter(), openrlhf, slime, nemoGym];
