/**
 * Pictures with boxes and captions, drawn by SVG over the pixels: contact sheets, predictions, results. Boxes have a white edge, so that
 * they are seen on any background. Left out: everything that needs a browser.
 */
import { at } from '@vtriune/format/at';
import sharp, { type OverlayOptions, type Sharp } from 'sharp';

/** A box to draw, in pixels of its image. */
export interface DrawnBox {
  readonly box: readonly [number, number, number, number];
  readonly label?: string;
  readonly color: string;
}

/** A line of text below an image. */
export interface Caption {
  readonly text: string;
  readonly color?: string;
  readonly bold?: boolean;
}

/** An image with what is drawn on and below it. */
export interface Cell {
  /** An encoded file, its path, or raw RGB pixels. */
  readonly image: string | Uint8Array | { readonly width: number; readonly height: number; readonly data: Uint8Array };
  readonly boxes: readonly DrawnBox[];
  readonly captions: readonly Caption[];
}

/** Colors that pictures share: what is true, what a model says, and text. */
export const COLORS = { truth: '#0a9d4a', answer: '#e6007e', text: '#222222', faint: '#777777', wrong: '#c62828' } as const;

const LINE = 14;
const GAP = 8;
const CHARACTER = 6.2;

/** Where a cell is put and how large. */
export interface Placed {
  readonly left: number;
  readonly top: number;
  readonly side: number;
}

/** An image scaled into a square with its overlay, ready to be put on a larger picture. */
export interface DrawnCell {
  readonly layer: OverlayOptions;
  readonly svg: string;
}

/** Draws a cell: its image in a square of `side` pixels, its boxes over it, its captions below. */
export async function drawCell(cell: Cell, { left, top, side }: Placed): Promise<DrawnCell> {
  const source = open(cell.image);
  const { width, height } = await source.metadata();
  const scale = Math.min(side / width, side / height);
  const size = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
  const kernel = scale > 1 ? 'nearest' : 'lanczos3';
  const input = await source.flatten({ background: '#ffffff' }).resize(size.width, size.height, { fit: 'fill', kernel }).png().toBuffer();
  const at = { left: left + Math.floor((side - size.width) / 2), top: top + Math.floor((side - size.height) / 2) };
  const boxes = cell.boxes.map((box) => boxSvg(box, { ...at, scale }));
  const captions = cell.captions.map((caption, index) => textSvg(caption, { left, top: top + side + LINE * (index + 1), width: side }));
  return { layer: { input, ...at }, svg: [...boxes, ...captions].join('') };
}

/** Writes a PNG with the cells in rows. */
export async function writeSheet(cells: readonly Cell[], path: string, options: { columns: number; side: number }): Promise<void> {
  const { columns, side } = options;
  const lines = Math.max(0, ...cells.map(({ captions }) => captions.length));
  const pitch = { x: side + 2 * GAP, y: side + LINE * lines + 2 * GAP };
  const drawn = await Promise.all(
    cells.map((cell, index) =>
      drawCell(cell, { left: (index % columns) * pitch.x + GAP, top: Math.floor(index / columns) * pitch.y + GAP, side }),
    ),
  );
  const size = { width: Math.min(columns, cells.length) * pitch.x, height: Math.ceil(cells.length / columns) * pitch.y };
  await writePicture(drawn, path, size);
}

/** Puts drawn cells and further SVG on a white picture and writes it as PNG. */
export async function writePicture(
  drawn: readonly DrawnCell[],
  path: string,
  size: { width: number; height: number; svg?: string },
): Promise<void> {
  const { width, height, svg = '' } = size;
  const overlay = `<svg xmlns="http://www.w3.org/2000/svg" width="${String(width)}" height="${String(height)}">${svg}${drawn.map((cell) => cell.svg).join('')}</svg>`;
  await sharp({ create: { width, height, channels: 3, background: '#ffffff' } })
    .composite([...drawn.map(({ layer }) => layer), { input: Buffer.from(overlay), left: 0, top: 0 }])
    .png()
    .toFile(path);
}

/** Text as it may be part of XML; characters that XML cannot hold are left out. */
export function escapeXml(text: string): string {
  const printable = [...text].filter((letter) => letter >= ' ').join('');
  return printable.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** Text in lines of at most `width` pixels, at most `count` of them. */
export function wrapText(text: string, width: number, count: number): string[] {
  const letters = Math.floor(width / CHARACTER);
  const lines: string[] = [''];
  for (const word of text.split(/\s+/)) {
    const line = `${lines.at(-1) === '' ? '' : `${lines.at(-1) as string} `}${word}`;
    if (line.length <= letters || lines.at(-1) === '') lines[lines.length - 1] = line;
    else lines.push(word);
  }
  return lines.length <= count
    ? lines
    : [
        ...lines.slice(0, count - 1),
        `${lines
          .slice(count - 1)
          .join(' ')
          .slice(0, letters - 1)}…`,
      ];
}

function open(image: Cell['image']): Sharp {
  if (typeof image === 'string' || image instanceof Uint8Array) return sharp(image);
  return sharp(image.data, { raw: { width: image.width, height: image.height, channels: 3 } });
}

function boxSvg({ box, label, color }: DrawnBox, { left, top, scale }: { left: number; top: number; scale: number }): string {
  const [x1, y1, x2, y2] = box.map((side) => side * scale) as [number, number, number, number];
  const frame = `x="${String(left + x1)}" y="${String(top + y1)}" width="${String(Math.max(0, x2 - x1))}" height="${String(Math.max(0, y2 - y1))}" fill="none"`;
  const name =
    label === undefined
      ? ''
      : `<text x="${String(left + x1 + 2)}" y="${String(top + y1 > 12 ? top + y1 - 3 : top + y1 + 11)}" font-size="10" font-family="sans-serif" fill="${color}" stroke="#fff" stroke-width="2.5" paint-order="stroke">${escapeXml(label)}</text>`;
  return `<rect ${frame} stroke="#fff" stroke-width="3.5"/><rect ${frame} stroke="${color}" stroke-width="1.8"/>${name}`;
}

function textSvg({ text, color = COLORS.text, bold = false }: Caption, place: { left: number; top: number; width: number }): string {
  const shown = at(wrapText(text, place.width, 1), 0);
  return `<text x="${String(place.left)}" y="${String(place.top)}" font-size="11" font-family="sans-serif" fill="${color}"${bold ? ' font-weight="bold"' : ''}>${escapeXml(shown)}</text>`;
}
