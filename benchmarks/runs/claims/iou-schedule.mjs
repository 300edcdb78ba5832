import { rlArm } from '../rl-arm.mjs';

/** The paper's section 3.3: which overlap should a box reach to be paid? */
const boxes = 'data.tasks=[grounding,detection]';
function arm(name, schedule) {
  return rlArm(name, [boxes, `reward.iouSchedule=${schedule}`]);
}

export default {
  reading:
    'At this size a threshold that most boxes reach is best: fixed 0.5 keeps mean IoU within a point and a half of the base, and the schedule of the paper, which starts at 0.85, loses most. Fixed 0.99 pays too rarely to teach even the format within 120 steps: 4 and 7 % of its answers are verified. The adaptive schedule, which raises the threshold as boxes get better, is between them. None of the six makes boxes better than those of the base.',
  title: 'Dynamic IoU against fixed thresholds',
  question: 'Grounding and detection alone: which schedule of the IoU threshold gives the best boxes?',
  samples: 200,
  arms: [
    arm('dynamic (paper)', 'dynamic'),
    arm('fixed 0.5', '0.5'),
    arm('fixed 0.99', '0.99'),
    arm('linear 0 to 0.5', '{kind: linear, start: 0, end: 0.5}'),
    arm('cosine 0 to 0.95', '{kind: cosine, start: 0, end: 0.95}'),
    arm('adaptive', '{kind: adaptive, levels: [0.3, 0.5, 0.7, 0.85], raiseAbove: 0.6}'),
  ],
};
