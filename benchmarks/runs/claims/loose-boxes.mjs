import { rlArm } from '../rl-arm.mjs';

/** Labels of people are off in one direction. Does RL on overlap get past them? */
const boxes = 'data.tasks=[grounding, detection]';
function looseArm(name, schedule) {
  return rlArm(name, [boxes, `reward.iouSchedule=${schedule}`], { base: 'orsta-nano-loose' });
}

export default {
  reading:
    'It does: the mean overlap rises from 56.1 to 68.7, and lenient accuracy by 17 points in all three seeds. Labels that are off in one direction teach a model to be off, and no further labels of this kind mend that; a reward that measures the overlap does. orsta-nano-base, whose labels were off in no direction, draws boxes that overlap by 73.5: these come within five points of it.',
  title: 'Past loose labels',
  question:
    'The base went on with box labels whose sides lie outside of the objects by 15 % of the width or height on average. Does RL, which is paid by the overlap with tight boxes, make its boxes tight?',
  samples: 200,
  arms: [looseArm('fixed 0.5', '0.5')],
};
