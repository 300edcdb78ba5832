import { rlArm } from '../rl-arm.mjs';

/** What the paper names as its future: perception in several steps, against one look that costs as much. */
const recipe = 'nano-zoom';

export default {
  reading:
    'Two looks are better by far for the same number of visual tokens, before RL and after it. What RL adds is where to look: the box of the greedy answer has sides of 47 pixels at first, of the 96 that the model sees, as in the demonstrations, and of 28 to 30 afterwards, so that the digits are large enough to be read in what the tool returns. All held-out answers call the tool once, before and after. In one look the digits are 8 pixels high; its base reads one sign in six and its samples fewer, so that most groups have equal rewards, and RL does not help. There is one base for each arm, and the loss of both was still falling at the end of their lessons.',
  title: 'A second look by a tool',
  question:
    'Numbers on small signs: is it better to look at the scene in 36 visual tokens and then at a part of it in 25, or at the scene in 64 at once? Each base had seen 6,400 scenes answered in its own way. Demonstrations of the tool look beside the sign, or at too large a part.',
  samples: 200,
  arms: [
    rlArm('two looks (36 + 25 tokens)', [], { recipe, base: 'nano-zoom-base', steps: 60 }),
    rlArm('one look (64 tokens)', ['data.maxPixels=16384', 'trainer.tools.use=[]'], { recipe, base: 'nano-look-base', steps: 60 }),
  ],
};
