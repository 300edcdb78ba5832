import { rlArm } from '../rl-arm.mjs';

/** By then the base's accuracy in mathematics is rising, so that a faster arm is told from a slower one. */
const steps = 160;

/** Which prompts a step should take: a group whose responses all earn the same teaches nothing. */
export default {
  title: 'Choosing prompts',
  question: 'Prompts as they come, those of middling difficulty, more of the worst tasks, or sampling again where a group has no spread?',
  samples: 100,
  arms: [
    rlArm('as they come', [], { steps }),
    rlArm('by difficulty', ['trainer.selection={name: difficulty}'], { steps }),
    rlArm('worst tasks', ['trainer.selection={name: worst-task}'], { steps }),
    rlArm('sampling again (DAPO)', ['trainer.samplingRounds=3'], { steps }),
  ],
};
