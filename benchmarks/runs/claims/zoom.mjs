import { rlArm } from '../rl-arm.mjs';

/** What the paper names as its future: perception in several steps, against one look that costs as much. */
const recipe = 'nano-zoom';

export default {
  title: 'A second look by a tool',
  question:
    'Numbers on small signs: is it better to look at the scene in 36 visual tokens and then at a part of it in 25, or at the scene in 64 at once? Each base had seen 6,400 scenes answered in its own way. Demonstrations of the tool look beside the sign, or at too large a part.',
  samples: 200,
  arms: [
    rlArm('two looks (36 + 25 tokens)', [], { recipe, base: 'nano-zoom-base', steps: 60 }),
    rlArm('one look (64 tokens)', ['data.maxPixels=16384', 'trainer.tools.use=[]'], { recipe, base: 'nano-look-base', steps: 60 }),
  ],
};
