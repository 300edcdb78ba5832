import { rlArm } from '../rl-arm.mjs';

/** By then the base's accuracy in mathematics is rising, so that a faster arm is told from a slower one. */
const steps = 160;

/** Tasks whose rewards differ in spread: which estimator of advantages deals with them best? */
export default {
  title: 'Estimators of advantages',
  question: 'Eight tasks pay rewards of unequal spread: maths pays 0 or 1, boxes anything between. Which advantages suit them?',
  samples: 100,
  arms: [
    rlArm('GRPO', [], { steps }),
    rlArm('Dr. GRPO', ['trainer.advantage={name: dr-grpo}'], { steps }),
    rlArm('EMA-GRPO', ['trainer.advantage={name: ema-grpo}'], { steps }),
    rlArm('rank to normal', ['trainer.advantage={name: rank-normal}'], { steps }),
    rlArm('GDPO', ['trainer.advantage={name: gdpo}'], { steps }),
  ],
};
