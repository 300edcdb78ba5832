import { rlArm } from '../rl-arm.mjs';

/** The paper's section 5.3: it freezes the vision tower, because detection collapsed when the tower was trained. */
export default {
  reading:
    'The more of the vision side is trained, the worse boxes get: mean IoU 71.7, 70.5 and 69.8, detection -3.3, -3.9 and -5.3 points. The differences between arms are no larger than the spread of the seeds. The paper reports a collapse of detection, with gradients of the tower ten times those of the decoder. Nothing collapses here: where all is trained, the gradient of the tower has a norm of 0.26 in the first ten steps and 0.30 in the last, that of the decoder 0.63 and 0.59. The average does not tell the arms apart. Within 120 steps mathematics does not rise yet, as it does in the 340 steps of the main job.',
  title: 'The vision tower trained or frozen',
  question: 'What does it do to boxes and to the whole when RL also trains the vision tower?',
  samples: 100,
  arms: [rlArm('tower and connector frozen'), rlArm('tower frozen', ['trainer.freeze=[vit]']), rlArm('all trained', ['trainer.freeze=[]'])],
};
