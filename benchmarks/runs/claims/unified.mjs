import { rlArm } from '../rl-arm.mjs';

/** The paper's first question (section 1): one model for all tasks, or one for each? */
const reasoning = ['math', 'puzzle', 'chart', 'science'];
const perception = ['grounding', 'detection', 'counting', 'ocr'];
export default {
  title: 'One model for all tasks, against specialists',
  question: 'At the same number of steps in all: is one model for eight tasks as good as two for four tasks each, or eight for one each?',
  samples: 100,
  arms: [
    rlArm('unified', [], { steps: 160 }),
    rlArm('reasoning and perception', [], { steps: 160, parts: [reasoning, perception] }),
    rlArm('eight specialists', [], { steps: 160, parts: [...reasoning, ...perception].map((task) => [task]) }),
  ],
};
