import { rlArm } from '../rl-arm.mjs';

/** The paper's section 5.3: one update a step (on-policy) against several minibatches of the same rollouts. */
export default {
  reading:
    'With the same rollouts, more updates learn more within 120 steps: mathematics, which one update a step does not move yet, rises by 40 points with two and by 59 with four, and the average by 5.6 and 7.8 over the base. It costs some boxes and, with four, 4 points of science. The paper found on-policy updates best. A run of 120 steps compares how fast arms learn, not where they end, and each further update takes time of its own.',
  title: 'On-policy against off-policy minibatches',
  question: 'With the same rollouts: one update of all of them, or several updates on parts?',
  samples: 100,
  arms: [
    rlArm('on-policy'),
    rlArm('2 updates a step', ['trainer.updatesPerStep=2']),
    rlArm('4 updates a step', ['trainer.updatesPerStep=4']),
  ],
};
