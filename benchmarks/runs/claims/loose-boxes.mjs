import { rlArm } from '../rl-arm.mjs';

/** Labels of people are off in one direction. Does RL on overlap get past them? */
const boxes = 'data.tasks=[grounding, detection]';
function looseArm(name, schedule) {
  return rlArm(name, [boxes, `reward.iouSchedule=${schedule}`], { base: 'nano-loose-base' });
}

export default {
  title: 'Past loose labels',
  question:
    'The base went on with box labels whose sides lie outside of the objects by 15 % of the width or height on average. Does RL, which is paid by the overlap with tight boxes, make its boxes tight?',
  samples: 200,
  arms: [looseArm('fixed 0.5', '0.5'), looseArm('dynamic (paper)', 'dynamic')],
};
