import { existsSync, readFileSync, statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { PNG } from 'pngjs';
import type { RolloutBox, RolloutRecord } from '../record.ts';
import type { EncodedImage } from './tensorboard-event.ts';

const MAX_BYTES = 16 * 2 ** 20;
const MAX_SIDE = 4_096;
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const COLORS = { ground_truth: [0, 160, 60], predicted: [220, 40, 40] } as const;
const LINE = 2;

/** The first image of a rollout with its boxes, true ones green and predicted ones red; undefined where there is no PNG of a usual size. */
export function drawBoxes({ images = [], boxes = [] }: RolloutRecord, folder: string): EncodedImage | undefined {
  const [name] = images;
  const file = name === undefined ? undefined : readPng(folder, name);
  if (file === undefined) return undefined;
  const drawn = boxes.filter(({ image = 0 }) => image === 0);
  if (drawn.length === 0 && isWhole(file)) return { width: file.readUInt32BE(16), height: file.readUInt32BE(20), bytes: file };
  const png = decode(file);
  if (png === undefined) return undefined;
  for (const box of drawn) drawBox(png, box);
  return { width: png.width, height: png.height, bytes: PNG.sync.write(png) };
}

// Names come from records of other people: only files inside the folder are read, and only of a size that a run would keep.
function readPng(folder: string, name: string): Buffer | undefined {
  const path = resolve(folder, name);
  const inside = relative(resolve(folder), path);
  if (name.includes('\0') || inside.startsWith('..') || !existsSync(path) || !statSync(path).isFile() || statSync(path).size > MAX_BYTES)
    return undefined;
  const file = readFileSync(path);
  if (file.length < 24 || !file.subarray(0, 8).equals(SIGNATURE)) return undefined;
  return Math.max(file.readUInt32BE(16), file.readUInt32BE(20)) <= MAX_SIDE ? file : undefined;
}

/** A file that was cut does not end with the last chunk. */
function isWhole(file: Buffer): boolean {
  return file.toString('latin1', file.length - 8, file.length - 4) === 'IEND';
}

// A damaged image is no reason to lose a step's records.
function decode(file: Buffer): PNG | undefined {
  try {
    return PNG.sync.read(file);
  } catch {
    return undefined;
  }
}

function drawBox(png: PNG, { bbox_2d: [x1 = 0, y1 = 0, x2 = 0, y2 = 0], kind = 'predicted' }: RolloutBox): void {
  const edges = [
    [x1, y1, x2, y1 + LINE],
    [x1, y2 - LINE, x2, y2],
    [x1, y1, x1 + LINE, y2],
    [x2 - LINE, y1, x2, y2],
  ] as const;
  for (const edge of edges) fill(png, edge, COLORS[kind]);
}

function fill({ width, height, data }: PNG, [x1, y1, x2, y2]: readonly [number, number, number, number], color: readonly number[]): void {
  for (let y = Math.max(0, Math.round(y1)); y < Math.min(height, Math.round(y2)); y++) {
    for (let x = Math.max(0, Math.round(x1)); x < Math.min(width, Math.round(x2)); x++) data.set([...color, 255], 4 * (y * width + x));
  }
}
