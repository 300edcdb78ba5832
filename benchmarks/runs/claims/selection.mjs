import { rlArm } from '../rl-arm.mjs';

/** By then the base's accuracy in mathematics is rising, so that a faster arm is told from a slower one. */
const steps = 160;

/** Which prompts a step should take: a group whose responses all earn the same teaches nothing. */
export default {
  reading:
    'More prompts of the tasks that earn least is ahead in all three seeds: +7.4 points against +3.8, with mathematics up by 53 against 32, and counting by 3.7 against 0. No other task gives way for it. Prompts of middling difficulty is behind: a right answer in mathematics is rare at first, so that this filter takes 7 to 10 % of its prompts from there, where one in eight would be even, and mathematics is what there was to gain. Sampling again where a group has no spread, up to three times, is not told apart from prompts as they come: its seeds spread from 1.4 to 6.2. There is little to sample again: 27 of 32 groups have a spread without it.',
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
