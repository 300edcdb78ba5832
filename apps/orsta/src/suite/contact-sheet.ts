// A picture of many scenes at double size with their first question, its answer and its boxes: the way to judge the suite by eye.
import type { Question, Scene, SceneObject } from './contract.ts';

const SCALE = 2;
const IMAGE = 96 * SCALE;
const CELL = { width: IMAGE + 16, height: IMAGE + 62 };

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const wrap = (text: string, width: number): string[] => {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const line = lines[lines.length - 1] ?? '';
    if (line && line.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = line ? `${line} ${word}` : word;
  }
  return lines;
};

const boxSvg = ({ label, box }: SceneObject, left: number, top: number): string => {
  const [x1, y1, x2, y2] = box.map((value) => value * SCALE) as [number, number, number, number];
  const frame = `x="${left + x1}" y="${top + y1}" width="${x2 - x1}" height="${y2 - y1}" fill="none"`;
  return `<rect ${frame} stroke="#fff" stroke-width="3"/><rect ${frame} stroke="#e6007e" stroke-width="1.5"><title>${escapeXml(label)}</title></rect>`;
};

const answerOf = (question: Question): string =>
  question.boxes ? question.boxes.map(({ label, box }) => `${label} ${box.join(' ')}`).join('; ') : question.answer;

const captionSvg = (question: Question, left: number, top: number): string => {
  const line = (text: string, index: number, style: string): string =>
    `<text x="${left}" y="${top + 13 + 12 * index}" font-size="11" font-family="sans-serif" ${style}>${escapeXml(text)}</text>`;
  const asked = wrap(question.text, 33).slice(0, 2);
  const answered = wrap(answerOf(question), 32).slice(0, 2);
  const source = line(question.source, 0, 'fill="#888"');
  const texts = asked.map((text, index) => line(text, index + 1, 'fill="#222"'));
  const answers = answered.map((text, index) => line(text, asked.length + 1 + index, 'fill="#0a7a3c" font-weight="bold"'));
  return [source, ...texts, ...answers].join('');
};

/** What a contact sheet shows besides the scenes. */
export interface ContactSheetOptions {
  /** Scenes in a row; 8 by default. */
  columns?: number;
  /** Draw the boxes of all visible objects instead of the answer's. */
  allObjects?: boolean;
  /** Which question is written below scene `i`; the first by default. */
  question?: (scene: Scene, index: number) => Question | undefined;
}

/** Writes a PNG with one cell a scene (each image at double size), rows of `columns`. */
export const renderContactSheet = async (scenes: readonly Scene[], path: string, options: ContactSheetOptions = {}): Promise<void> => {
  const { default: sharp } = await import('sharp');
  const columns = options.columns ?? 8;
  const rows = Math.ceil(scenes.length / columns);
  const overlays: string[] = [];
  const layers = await Promise.all(
    scenes.map(async (scene, index) => {
      const left = (index % columns) * CELL.width + 8;
      const top = Math.floor(index / columns) * CELL.height + 4;
      const question = options.question ? options.question(scene, index) : scene.questions[0];
      const boxes = options.allObjects ? scene.objects : (question?.boxes ?? []);
      overlays.push(...boxes.map((object) => boxSvg(object, left, top)));
      if (question) overlays.push(captionSvg(question, left, top + IMAGE));
      const raw = { width: scene.width, height: scene.height, channels: 3 as const };
      return { input: await sharp(scene.pixels, { raw }).resize(IMAGE, IMAGE, { kernel: 'nearest' }).png().toBuffer(), left, top };
    }),
  );
  const size = { width: columns * CELL.width, height: rows * CELL.height };
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}">${overlays.join('')}</svg>`;
  const sheet = sharp({ create: { ...size, channels: 3, background: '#ffffff' } });
  await sheet
    .composite([...layers, { input: Buffer.from(svg), left: 0, top: 0 }])
    .png()
    .toFile(path);
};
