/** Which prompts a step should take: a group whose responses all earn the same teaches nothing. */
function arm(name, ...settings) {
  return { name, kind: 'rl', steps: 120, settings };
}

export default {
  title: 'Choosing prompts',
  question: 'Prompts as they come, those of middling difficulty, more of the worst tasks, or sampling again where a group has no spread?',
  samples: 100,
  arms: [
    arm('as they come'),
    arm('by difficulty', 'trainer.selection={name: difficulty}'),
    arm('worst tasks', 'trainer.selection={name: worst-task}'),
    arm('sampling again (DAPO)', 'trainer.samplingRounds=3'),
  ],
};
