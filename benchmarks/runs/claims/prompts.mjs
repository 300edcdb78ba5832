import { rlArm } from '../rl-arm.mjs';

/** By then the base's accuracy in mathematics is rising, so that a faster arm is told from a slower one. */
const steps = 160;

/** How questions ask for the asked format: the paper draws the words from a pool. */
export default {
  reading:
    'This base does not need a pool, and a pool asks much of it. Asked in ten wordings that it has not read, it is right in 24.5 % of its answers instead of 63.8 (the line in the figure is the base asked in its own wording). RL makes up for 12 of these 39 points in 160 steps: all tasks but OCR rise, boxes and charts most. A pool is meant for models that have read all its words; this one has first to learn to read them.',
  title: 'A pool of prompts against one',
  question:
    'The base has read one instruction for the format of answers. Does it learn as well where every prompt asks in one of ten wordings?',
  samples: 100,
  arms: [rlArm('one wording', [], { steps }), rlArm('ten wordings', ['data.prompts=asked'], { steps })],
};
