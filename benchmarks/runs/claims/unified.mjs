import { rlArm } from '../rl-arm.mjs';

/** The paper's first question (section 1): one model for all tasks, or one for each? */
const reasoning = ['math', 'puzzle', 'chart', 'science'];
const perception = ['grounding', 'detection', 'counting', 'ocr'];
export default {
  reading:
    'One model for all tasks is ahead in all three seeds, by 2.7 to 3.7 points over two models for four tasks each. What decides is mathematics, which rises by 31 points in the one model, by 5 in the one for reasoning and not at all in 20 steps alone. Likely reasons are the number of updates, 160 for the one model and 80 or 20 for each of the others, and the format, which all tasks teach together. Neither was tested by itself. With 20 steps each, the specialists have not learned the format of charts, science and counting. Puzzles (+9.0) and grounding (+2.1) are best alone.',
  title: 'One model for all tasks, against specialists',
  question: 'At the same number of steps in all: is one model for eight tasks as good as two for four tasks each, or eight for one each?',
  samples: 100,
  arms: [
    rlArm('unified', [], { steps: 160 }),
    rlArm('reasoning and perception', [], { steps: 160, parts: [reasoning, perception] }),
    rlArm('eight specialists', [], { steps: 160, parts: [...reasoning, ...perception].map((task) => [task]) }),
  ],
};
