import { rlArm } from '../rl-arm.mjs';

/** What `npm start` does, against further supervised training of the same base for the same processor time. */
export default {
  reading:
    'All three seeds raise the lenient average, by 8.3 to 9.6 points, and no task falls by more than 1.9. Mathematics carries it: the base guesses, and RL moves every answer to reading first and computing then, which is why these answers grow from 5 to about 18 tokens. Boxes do not get better: their mean overlap falls by 0.6 to 2.1 points.',
  title: 'RL on all eight tasks, against further supervised training',
  question:
    'Does RL raise skill, not only the share of answers in the asked format, and is it worth more than the same time of training on gold answers?',
  samples: 200,
  arms: [
    rlArm('RL', [], { steps: 340, base: 'orsta-nano-loose' }),
    // Scenes, questions and noise of labels are those of the last part of pre-training. 500 steps take 6.2 minutes of processor time; 340
    // steps of RL take 7.1 to 7.8 with both evaluations.
    {
      name: 'supervised',
      kind: 'pretrain',
      recipe: 'nano-loose-base',
      base: 'orsta-nano-loose',
      steps: 500,
      settings: ['learningRate=2e-4'],
    },
  ],
};
