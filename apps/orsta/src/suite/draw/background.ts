// Backgrounds: a written-on sheet of paper, and clutter behind objects (a gradient, soft blobs, lines, noise).
import { SCENE_SIZE } from '../contract.ts';
import type { Random } from '../random.ts';
import type { Canvas } from './canvas.ts';
import { createCanvas, fill } from './canvas.ts';
import { paper } from './palette.ts';
import { circle, rectangle, segment } from './shapes.ts';

function addNoise(canvas: Canvas, random: Random, amount: number): void {
  const { pixels } = canvas;
  for (let at = 0; at < pixels.length; at += 3) {
    const noise = (random.next() + random.next() - 1) * amount;
    for (let channel = at; channel < at + 3; channel += 1) pixels[channel] = Math.max(0, Math.min(255, pixels[channel]! + noise));
  }
}

/** A clean sheet of nearly white paper. */
export function cleanSheet(random: Random): Canvas {
  return createCanvas(SCENE_SIZE, SCENE_SIZE, paper(random));
}

/** A sheet of paper with grain, sometimes ruled. */
export function writingPaper(random: Random): Canvas {
  const canvas = createCanvas(SCENE_SIZE, SCENE_SIZE, [random.int(226, 252), random.int(226, 252), random.int(222, 246)]);
  if (random.chance(0.3)) {
    const offset = random.int(4, 18);
    for (let y = offset; y < SCENE_SIZE; y += 18) fill(canvas, rectangle([0, y, SCENE_SIZE, y + 1]), [150, 180, 220, 0.5]);
  }
  addNoise(canvas, random, 14);
  return canvas;
}

function muted(random: Random): [number, number, number] {
  return [random.int(130, 225), random.int(130, 225), random.int(130, 225)];
}

function gradient(random: Random): Canvas {
  const [from, to] = [muted(random), muted(random)] as const;
  const canvas = createCanvas(SCENE_SIZE, SCENE_SIZE, from);
  const [slopeX, slopeY] = [random.next() / SCENE_SIZE, random.next() / SCENE_SIZE];
  for (let y = 0; y < SCENE_SIZE; y += 1) {
    for (let x = 0; x < SCENE_SIZE; x += 1) {
      const part = Math.min(1, x * slopeX + y * slopeY);
      const at = (y * SCENE_SIZE + x) * 3;
      for (let channel = 0; channel < 3; channel += 1) canvas.pixels[at + channel] = from[channel]! * (1 - part) + to[channel]! * part;
    }
  }
  return canvas;
}

/** A plain background: a gradient with little noise. */
export function plainGround(random: Random): Canvas {
  const canvas = gradient(random);
  addNoise(canvas, random, 8);
  return canvas;
}

/** A cluttered background: gradient, blobs, lines and noise. */
export function clutteredGround(random: Random): Canvas {
  const canvas = gradient(random);
  const anywhere = (): [number, number] => [random.int(0, SCENE_SIZE), random.int(0, SCENE_SIZE)];
  for (let blobs = random.int(2, 4); blobs > 0; blobs -= 1) fill(canvas, circle(anywhere(), random.int(6, 20)), [...muted(random), 0.5]);
  for (let lines = random.int(3, 6); lines > 0; lines -= 1) {
    const tone = random.int(90, 240);
    fill(canvas, segment(anywhere(), anywhere(), random.int(1, 3)), [tone, tone + random.int(-20, 15), tone + random.int(-20, 15), 0.6]);
  }
  addNoise(canvas, random, 22);
  return canvas;
}
