// Boxes as the text that prompts ask for: `[{"bbox_2d": [x1, y1, x2, y2], "label": "cat"}]`, in pixels of the scene.
import type { SceneObject } from './contract.ts';

/** The asked JSON of some boxes, spaced as Qwen2.5-VL writes it. */
export function boxesToJson(boxes: readonly SceneObject[]): string {
  return `[${boxes.map(({ label, box }) => `{"bbox_2d": [${box.join(', ')}], "label": "${label}"}`).join(', ')}]`;
}

/** Boxes in reading order of their left edge, then top: the one order in which answers are written. */
export function inReadingOrder(boxes: readonly SceneObject[]): SceneObject[] {
  return [...boxes].sort((first, second) => first.box[0] - second.box[0] || first.box[1] - second.box[1]);
}
