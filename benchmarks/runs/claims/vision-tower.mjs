/** The paper's section 5.3: it freezes the vision tower, as training it became unstable. */
export default {
  title: 'The vision tower trained or frozen',
  question: 'What does it do to boxes and to the whole when RL also trains the vision tower?',
  samples: 100,
  arms: [
    { name: 'tower and connector frozen', kind: 'rl', steps: 120, settings: [] },
    { name: 'tower frozen', kind: 'rl', steps: 120, settings: ['trainer.freeze=[vit]'] },
    { name: 'all trained', kind: 'rl', steps: 120, settings: ['trainer.freeze=[]'] },
  ],
};
