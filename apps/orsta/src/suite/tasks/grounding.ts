// Grounding: one object by a phrase: by name, by position or size among two of a class, or by its relation to another object.
import { at } from '@vtriune/format/at';
import type { Box } from '@vtriune/iou';
import type { SceneObject, SuiteTask } from '../contract.ts';
import { clutteredGround, plainGround } from '../draw/background.ts';
import type { SpriteName } from '../assets.ts';
import type { Random } from '../random.ts';
import { composeScene, withExtras } from './compose.ts';
import type { Wanted } from './objects.ts';
import { askBoxes, drawObjects, objectExtras, shuffledNames, whereIs } from './objects.ts';

type Kind = 'name' | 'position' | 'size' | 'relation';

/** A scene in words: what to place, which placements make the phrase true of the first object alone, and the phrases. */
interface Plan {
  wanted: Wanted[];
  accept: (boxes: readonly Box[]) => boolean;
  /** Phrase for the first object, and for the second where the kind has a counterpart. */
  phrases: string[];
}

function middle(box: Box, axis: 0 | 1): number {
  return axis === 0 ? (box[0] + box[2]) / 2 : (box[1] + box[3]) / 2;
}

/** Distance in pixels that makes left and right, above and below plain. */
const CLEAR = 16;

function byName(names: readonly SpriteName[], random: Random): Plan {
  const count = random.int(2, 4);
  const wanted = names.slice(0, count).map((name) => ({ name, side: random.int(18, count > 3 ? 28 : 36) }));
  return { wanted, accept: () => true, phrases: wanted.map(({ name }) => name) };
}

function byPosition(names: readonly SpriteName[], random: Random): Plan {
  const [name, other] = [at(names, 0), at(names, 1)];
  const axis = random.pick([0, 1] as const);
  const twice = { name, side: random.int(20, 30) };
  const words = axis === 0 ? ['left', 'right'] : ['top', 'bottom'];
  return {
    wanted: [twice, { ...twice }, { name: other, side: random.int(18, 28) }],
    accept: (boxes) => middle(at(boxes, 1), axis) - middle(at(boxes, 0), axis) >= CLEAR,
    phrases: words.map((word) => `${word} ${twice.name}`),
  };
}

function bySize(names: readonly SpriteName[], random: Random): Plan {
  const [name, other] = [at(names, 0), at(names, 1)];
  const small = random.int(18, 21);
  const large = random.int(31, 36);
  const wanted = [
    { name, side: large },
    { name, side: small },
    { name: other, side: random.int(18, 26) },
  ];
  return { wanted, accept: () => true, phrases: ['largest', 'smallest'].map((word) => `${word} ${name}`) };
}

function byRelation(names: readonly SpriteName[], random: Random): Plan {
  const [name, other] = [at(names, 0), at(names, 1)];
  const axis = random.pick([0, 1] as const);
  const twice = { name, side: random.int(18, 25) };
  const words = axis === 0 ? ['left of', 'right of'] : ['above', 'below'];
  return {
    wanted: [twice, { ...twice }, { name: other, side: random.int(18, 25) }],
    accept: (boxes) => {
      const [first, second, between] = [0, 1, 2].map((index) => middle(at(boxes, index), axis)) as [number, number, number];
      return between - first >= CLEAR && second - between >= CLEAR;
    },
    phrases: words.map((word) => `${twice.name} ${word} the ${other}`),
  };
}

const PLANS: Readonly<Record<Kind, (names: readonly SpriteName[], random: Random) => Plan>> = {
  name: byName,
  position: byPosition,
  size: bySize,
  relation: byRelation,
};

function askFor(random: Random, what: { phrase: string; object: SceneObject; source: string }) {
  return askBoxes(random, { task: 'grounding', source: what.source, wordings: whereIs(what.phrase), boxes: [what.object] });
}

/** Grounding: the box of the one object that a phrase names. */
export const grounding: SuiteTask = {
  name: 'grounding',
  sources: ['nano_grounding_name', 'nano_grounding_position', 'nano_grounding_size', 'nano_grounding_relation'],
  generate(random, assets) {
    const kind = random.pick(['name', 'name', 'position', 'size', 'relation'] as const);
    const plan = PLANS[kind](shuffledNames(random), random);
    const canvas = random.chance(0.5) ? clutteredGround(random) : plainGround(random);
    const objects = drawObjects(canvas, plan.wanted, { random, assets, accept: plan.accept });
    const source = `nano_grounding_${kind}`;
    const named = objects.flatMap((object, index) => {
      const phrase = plan.phrases[index];
      return phrase === undefined ? [] : [askFor(random, { phrase, object, source })];
    });
    const [first, ...others] = random.shuffle(named);
    const main = first ?? askFor(random, { phrase: 'object', object: objects[0] ?? { label: 'object', box: [0, 0, 1, 1] }, source });
    const asked = new Set([main, ...others].map((question) => question.answer));
    const extras = [...others, ...objectExtras(objects, random).filter((question) => !asked.has(question.answer))];
    return composeScene(canvas, objects, withExtras(random, main, { extras, count: 4 }));
  },
};
