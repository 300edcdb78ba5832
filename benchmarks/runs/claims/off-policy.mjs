/** The paper's section 5.3: one update a step (on-policy) against several minibatches of the same rollouts. */
export default {
  title: 'On-policy against off-policy minibatches',
  question: 'With the same rollouts: one update of all of them, or several updates on parts?',
  samples: 100,
  arms: [
    { name: 'on-policy', kind: 'rl', steps: 120, settings: [] },
    { name: '2 updates a step', kind: 'rl', steps: 120, settings: ['trainer.updatesPerStep=2'] },
    { name: '4 updates a step', kind: 'rl', steps: 120, settings: ['trainer.updatesPerStep=4'] },
  ],
};
