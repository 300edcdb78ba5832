/** The paper's section 5.3: one update a step (on-policy) against several minibatches of the same rollouts. */
export default {
  reading:
    'With the same rollouts, more updates learn more within 120 steps: mathematics, which one update a step does not move yet, rises by 40 points with two and by 59 with four, and the average by 5.6 and 7.8 over the base. It costs some boxes and, with four, 4 points of science. This is not what the paper reports, which found on-policy updates best; but a run of 120 steps compares speed and not where training ends, and an update costs time that a rollout does not.',
  title: 'On-policy against off-policy minibatches',
  question: 'With the same rollouts: one update of all of them, or several updates on parts?',
  samples: 100,
  arms: [
    { name: 'on-policy', kind: 'rl', steps: 120, settings: [] },
    { name: '2 updates a step', kind: 'rl', steps: 120, settings: ['trainer.updatesPerStep=2'] },
    { name: '4 updates a step', kind: 'rl', steps: 120, settings: ['trainer.updatesPerStep=4'] },
  ],
};
