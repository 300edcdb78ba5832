// Detection: all objects of one class (1 to 3) among objects of other classes, on a plain or a cluttered background.
import { at } from '@vtriune/format/at';
import type { SuiteTask } from '../contract.ts';
import { clutteredGround, plainGround } from '../draw/background.ts';
import { composeScene, withExtras } from './compose.ts';
import type { Wanted } from './objects.ts';
import { askBoxes, drawObjects, findAll, objectExtras, shuffledNames } from './objects.ts';

/** Detection: boxes of every object of a class. */
export const detection: SuiteTask = {
  name: 'detection',
  sources: ['nano_detection_plain', 'nano_detection_clutter'],
  generate(random, assets) {
    const cluttered = random.chance(0.5);
    const names = shuffledNames(random);
    const name = at(names, 0);
    const count = random.int(1, 3);
    const distractors = random.int(1, 4 - count + (cluttered ? 1 : 0));
    const largest = count + distractors > 3 ? 28 : 34;
    const side = (): number => random.int(18, largest);
    const wanted: Wanted[] = Array.from({ length: count }, () => ({ name, side: side() }));
    // Some distractors share a class, so that a repeated object is not always the target.
    for (let index = 0; index < distractors; index += 1) wanted.push({ name: at(names, random.chance(0.4) ? 1 : index + 1), side: side() });
    const canvas = cluttered ? clutteredGround(random) : plainGround(random);
    const objects = drawObjects(canvas, wanted, { random, assets });
    const source = cluttered ? 'nano_detection_clutter' : 'nano_detection_plain';
    const main = askBoxes(random, { task: 'detection', source, wordings: findAll(name), boxes: objects.slice(0, count) });
    const extras = objectExtras(objects, random).filter((question) => question.answer !== main.answer);
    return composeScene(canvas, objects, withExtras(random, main, { extras, count: 4 }));
  },
};
