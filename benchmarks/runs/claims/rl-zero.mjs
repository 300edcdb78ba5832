import { rlArm } from '../rl-arm.mjs';

/** RL without any instruction before it, as in R1-Zero: format and skill from the reward alone. */
export default {
  reading:
    'RL alone brings up the format and some of the skill. At first a quarter of the greedy answers have a box anywhere, since a fifth of the captions do; after 80 steps all have. The answers stay in the words of captions, such as `pigs: \\boxed{6}`. They follow the question in part: where the thing is not in the scene, the answer is about another one. None of the 29 answers that should be 0 is right (seed 1), since captions name only what is there, and 47 % of the others are. The best constant answer would be right in 17 % of the samples.',
  title: 'RL from a base that has seen no instruction',
  question:
    'The base has the vision tower of orsta-nano-base and a decoder that has read captions only: no question, no turn of a chat, no end of a turn. Does RL alone teach it to answer how many there are?',
  samples: 200,
  arms: [rlArm('RL alone', [], { recipe: 'nano-zero', base: 'nano-zero-base', steps: 80 })],
};
