import { rlArm } from '../rl-arm.mjs';

/** By then the base's accuracy in mathematics is rising, so that a faster arm is told from a slower one. */
const steps = 160;

/** How questions ask for the asked format: the paper draws the words from a pool. */
export default {
  title: 'A pool of prompts against one',
  question: 'The base has read one instruction for the format of answers. Does it learn as well where every prompt asks in one of ten wordings?',
  samples: 100,
  arms: [rlArm('one wording', [], { steps }), rlArm('ten wordings', ['data.prompts=asked'], { steps })],
};
