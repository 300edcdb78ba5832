// Photographs of nothing: pictures of 640 x 480 with an uneven background, noise, and one circle, labeled in a CSV file. What a person gets
// who takes 30 pictures of one thing on a table.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { createRandom } from '../src/suite/index.ts';

const WIDTH = 640;
const HEIGHT = 480;
const COLORS = ['#d33f2e', '#2e6fd3', '#2f9e44', '#e0a100', '#7b3fc4'];

/** Writes `photo-NN.jpg` and `labels.csv` with a box around each circle. */
export async function writeCirclePhotos(folder: string, count: number, seed: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const rows = ['image,label,x1,y1,x2,y2'];
  for (let index = 0; index < count; index++) {
    const random = createRandom(`circles/${String(seed)}/${String(index)}`);
    const radius = random.int(60, 110);
    const [x, y] = [random.int(radius, WIDTH - radius), random.int(radius, HEIGHT - radius)];
    const name = `photo-${String(index + 1).padStart(2, '0')}.jpg`;
    await sharp(Buffer.from(pictureSvg({ x, y, radius, color: random.pick(COLORS), light: random.int(150, 220) })))
      .jpeg({ quality: 88 })
      .toFile(join(folder, name));
    rows.push(`${name},circle,${String(x - radius)},${String(y - radius)},${String(x + radius)},${String(y + radius)}`);
  }
  await writeFile(join(folder, 'labels.csv'), `${rows.join('\n')}\n`);
}

function pictureSvg(circle: { x: number; y: number; radius: number; color: string; light: number }): string {
  const { x, y, radius, color, light } = circle;
  const gray = (value: number): string => `rgb(${String(value)},${String(value - 6)},${String(value - 18)})`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${String(WIDTH)}" height="${String(HEIGHT)}">
<defs>
<linearGradient id="table" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="${gray(light)}"/><stop offset="1" stop-color="${gray(light - 50)}"/></linearGradient>
<radialGradient id="ball" cx="0.35" cy="0.3" r="0.9"><stop offset="0" stop-color="#fff"/><stop offset="0.25" stop-color="${color}"/><stop offset="1" stop-color="${color}"/></radialGradient>
</defs>
<rect width="100%" height="100%" fill="url(#table)"/>
<ellipse cx="${String(x + 10)}" cy="${String(y + 12)}" rx="${String(radius)}" ry="${String(radius)}" fill="#000" opacity="0.18"/>
<circle cx="${String(x)}" cy="${String(y)}" r="${String(radius)}" fill="url(#ball)"/>
</svg>`;
}
