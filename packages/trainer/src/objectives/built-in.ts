import { cispo } from './cispo.ts';
import { dualClip } from './dual-clip.ts';
import { gspo } from './gspo.ts';
import { nextToken } from './next-token.ts';
import type { Objective } from './objective.ts';
import { policy } from './policy.ts';

/** The objectives of this package. */
export const OBJECTIVES: readonly Objective[] = [policy, dualClip, gspo, cispo, nextToken];
