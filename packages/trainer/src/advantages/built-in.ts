import type { AdvantageEstimator } from './advantage.ts';
import { drGrpo } from './dr-grpo.ts';
import { emaGrpo } from './ema-grpo.ts';
import { gdpo } from './gdpo.ts';
import { grpo } from './grpo.ts';
import { rankNormal } from './rank-normal.ts';
import { reinforcePlusPlusBaseline } from './reinforce-plus-plus-baseline.ts';
import { rloo } from './rloo.ts';

/** The advantage estimators of this package. */
export const ADVANTAGES: readonly AdvantageEstimator[] = [grpo, drGrpo, rloo, reinforcePlusPlusBaseline, emaGrpo, rankNormal, gdpo];
