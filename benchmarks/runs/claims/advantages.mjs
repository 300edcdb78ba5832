import { rlArm } from '../rl-arm.mjs';

/** By then the base's accuracy in mathematics is rising, so that a faster arm is told from a slower one. */
const steps = 160;

/** Tasks whose rewards differ in spread: which estimator of advantages deals with them best? */
export default {
  reading:
    'After 160 steps the estimators differ by how far mathematics has risen: 41 points with Dr. GRPO, 38 with EMA-GRPO, 31 with GRPO, 10 with rank to normal, and not at all with GDPO. Other tasks move by less than 5 points with any of them. Dr. GRPO is ahead of GRPO in all three seeds, EMA-GRPO in two. Neither divides by the deviation of the group, so that a hard prompt, where one response in eight is right, counts no more than one of middling difficulty. All arms learn the format, GDPO too; why it leaves mathematics where it was has not been looked into. This is how fast the arms learn, and not where they end.',
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
