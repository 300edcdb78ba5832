import { rlArm } from '../rl-arm.mjs';

/** Which prompts a step should take: a group whose responses all earn the same teaches nothing. */
export default {
  title: 'Choosing prompts',
  question: 'Prompts as they come, those of middling difficulty, more of the worst tasks, or sampling again where a group has no spread?',
  samples: 100,
  arms: [
    rlArm('as they come'),
    rlArm('by difficulty', ['trainer.selection={name: difficulty}']),
    rlArm('worst tasks', ['trainer.selection={name: worst-task}']),
    rlArm('sampling again (DAPO)', ['trainer.samplingRounds=3']),
  ],
};
