import { rlArm } from '../rl-arm.mjs';

/** By then the base's accuracy in mathematics is rising, so that a faster arm is told from a slower one. */
const steps = 160;

/** What a group is made of: how many responses to a prompt, and how varied they are. The number of responses a step is the same. */
export default {
  reading:
    'What decides after 160 steps is whether mathematics has risen. With 8 responses to a prompt it rises with all three seeds, with 16 responses to half as many prompts with two of them, and the averages, +3.8 and +3.2, are within the spread. With 4 responses to twice as many prompts it hardly does: worked answers are rare at first, and a smaller group has one less often. Temperature 1 is better than both others: at 0.7 mathematics rises with one seed of three, and at 1.3 with none, so that the average stays where the base is.',
  title: 'Group size and temperature',
  question: 'With 256 responses a step: more prompts or larger groups, and how varied should responses be?',
  samples: 100,
  arms: [
    rlArm('8 responses, temperature 1', [], { steps }),
    rlArm('4 responses', ['trainer.groupSize=4', 'trainer.promptsPerStep=64'], { steps }),
    rlArm('16 responses', ['trainer.groupSize=16', 'trainer.promptsPerStep=16'], { steps }),
    rlArm('temperature 0.7', ['trainer.temperature=0.7'], { steps }),
    rlArm('temperature 1.3', ['trainer.temperature=1.3'], { steps }),
  ],
};
