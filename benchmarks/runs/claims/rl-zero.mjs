import { rlArm } from '../rl-arm.mjs';

/** RL without any instruction before it, as in R1-Zero: format and skill from the reward alone. */
export default {
  title: 'RL from a base that has seen no instruction',
  question:
    'The base has the vision tower of orsta-nano-base and a decoder that has read captions only: no question, no turn of a chat, no end of a turn. Does RL alone teach it to answer how many there are?',
  samples: 200,
  arms: [rlArm('RL alone', [], { recipe: 'nano-zero', base: 'nano-zero-base', steps: 80 })],
};
