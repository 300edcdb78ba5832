// Scenes in plain text, without a question and without the turns of a chat: what a base knows that was never told to answer.
import { packRow, type PackedRow } from '@vtriune/trainer';
import { at } from '@vtriune/format/at';
import type { Split } from '../suite/assets.ts';
import type { Scene } from '../suite/contract.ts';
import type { Random } from '../suite/random.ts';
import { counting } from '../suite/tasks/counting.ts';
import { pluralOf } from '../suite/tasks/objects.ts';
import type { BatchSource } from './pretrain-batch.ts';

/** Captions of a scene. */
const CAPTIONS = 3;

/** The image and some captions of it. */
export function captionRow({ processor, config, assets }: BatchSource, random: Random, split: Split): PackedRow {
  const scene = counting.generate(random, assets, split);
  const { tokenizer } = processor;
  const { visionStart, visionEnd, endOfText } = tokenizer.specialIds;
  const shown = processor.process({
    messages: [{ role: 'user', content: '<image>' }],
    images: [{ width: scene.width, height: scene.height, data: scene.pixels }],
    addGenerationPrompt: false,
  });
  const image = shown.tokenIds.slice(shown.tokenIds.indexOf(visionStart), shown.tokenIds.indexOf(visionEnd) + 1);
  const texts = Array.from({ length: CAPTIONS }, (_, index) => captionOf(scene, random.split(`caption/${String(index)}`)));
  return packRow(
    { tokenIds: image, images: [{ patches: shown.patches, grid: at(shown.grids, 0) }] },
    texts.map((text) => ({ tokenIds: [...tokenizer.encode(`\n${text}`), endOfText], trainFrom: 0 })),
    config,
  );
}

/** One of several ways to say what is there, such as `3 cats, 1 dog.` or `In all \\boxed{4}.`; in few of them a number is in a box. */
export function captionOf(scene: Scene, random: Random): string {
  const counts = new Map<string, number>();
  for (const { label } of scene.objects) counts.set(label, (counts.get(label) ?? 0) + 1);
  const groups = random.shuffle([...counts]);
  const named = groups.map(([name, count]) => `${String(count)} ${count === 1 ? name : pluralOf(name)}`);
  const [name, count] = at(groups, 0);
  const style = random.next();
  if (style < 0.4) return `${named.join(', ')}.`;
  if (style < 0.6) return `${random.shuffle(scene.objects.map(({ label }) => label)).join(', ')}.`;
  if (style < 0.8) return `${pluralOf(name)}: ${String(count)}.`;
  return `${pluralOf(name)}: \\boxed{${String(count)}}`;
}
