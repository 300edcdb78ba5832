import { rlArm } from '../rl-arm.mjs';

/** Tasks whose rewards differ in spread: which estimator of advantages deals with them best? */
export default {
  title: 'Estimators of advantages',
  question: 'Eight tasks pay rewards of unequal spread: maths pays 0 or 1, boxes anything between. Which advantages suit them?',
  samples: 100,
  arms: [
    rlArm('GRPO'),
    rlArm('Dr. GRPO', ['trainer.advantage={name: dr-grpo}']),
    rlArm('EMA-GRPO', ['trainer.advantage={name: ema-grpo}']),
    rlArm('rank to normal', ['trainer.advantage={name: rank-normal}']),
    rlArm('GDPO', ['trainer.advantage={name: gdpo}']),
  ],
};
