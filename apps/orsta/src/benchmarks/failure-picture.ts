import sharp from 'sharp';
import { at } from '@vtriune/format/at';
import { COLORS } from '../picture/picture.ts';
import { imageBytes } from './ask/prompt-parts.ts';
import type { JudgedBox, QuestionImage } from './contract.ts';
import { escapeHtml } from './escape-html.ts';

const LONGEST_SIDE = 480;

/** An image with boxes over it, as an SVG element that needs no other file and scales as a whole; right boxes green, answered ones magenta. */
export async function failurePicture(image: QuestionImage, boxes: readonly JudgedBox[]): Promise<string> {
  const source = sharp(await imageBytes(image), { limitInputPixels: false });
  const { width, height } = await source.metadata();
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  const size = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
  const small = await source.flatten({ background: '#ffffff' }).resize(size.width, size.height).jpeg({ quality: 80 }).toBuffer();
  const drawn = boxes.map((box) => boxSvg(box, scale)).join('');
  return `<svg viewBox="0 0 ${String(size.width)} ${String(size.height)}" width="${String(size.width)}" height="${String(size.height)}"><image width="100%" height="100%" href="data:image/jpeg;base64,${small.toString('base64')}"/>${drawn}</svg>`;
}

function boxSvg({ box, label, of }: JudgedBox, scale: number): string {
  const color = of === 'truth' ? COLORS.truth : COLORS.answer;
  const [x1, y1, x2, y2] = [0, 1, 2, 3].map((index) => at(box, index) * scale) as [number, number, number, number];
  const [x, y, width, height] = [x1, y1, x2 - x1, y2 - y1].map((own) => own.toFixed(1)) as [string, string, string, string];
  const text = label === undefined ? '' : `<text x="${x}" y="${y}" dy="-3" font-size="11" fill="${color}">${escapeHtml(label)}</text>`;
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="none" stroke="${color}" stroke-width="2"/>${text}`;
}
