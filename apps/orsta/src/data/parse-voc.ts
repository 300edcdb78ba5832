import type { Box } from '@vtriune/iou';
import { readTextLines } from '@vtriune/format';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { OrstaError } from '../errors.ts';

/** A labeled object of an annotation. */
export interface VocObject {
  readonly label: string;
  /** `[x1, y1, x2, y2]` in pixels of the stored image, x1 < x2 and y1 < y2. */
  readonly box: Box;
  /** Its place: `a.xml object 2`. */
  readonly place: string;
}

/** An annotated image. */
export interface VocAnnotation {
  /** Name of the image file as it is written. */
  readonly fileName: string;
  readonly objects: readonly VocObject[];
  /** What was repaired, left out or looks wrong: one text each, with the name of the annotation. */
  readonly warnings: readonly string[];
}

interface VocXml {
  readonly annotation?: {
    readonly filename?: unknown;
    readonly size?: { readonly width?: unknown; readonly height?: unknown };
    readonly object?: readonly { readonly name?: unknown; readonly bndbox?: unknown }[];
  };
}

type Corners = readonly [number, number, number, number];

const SIDES = ['xmin', 'ymin', 'xmax', 'ymax'] as const;
const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false, isArray: (name) => name === 'object' });

/** The text of an annotation file. Throws for one that is not UTF-8. */
export async function readXml(path: string): Promise<string> {
  let text = '';
  for await (const line of readTextLines(path)) text += `${line}\n`;
  return text;
}

/**
 * Reads one Pascal VOC annotation. Swapped corners are put right, boxes without area are left out, and boxes beyond the stated `<size>` stay:
 * each with a warning. Throws `invalid_data` where the text is not VOC or a box is not whole.
 */
export function parseVoc(xml: string, name: string): VocAnnotation {
  const valid = XMLValidator.validate(xml);
  if (valid !== true) throw broken(name, `is not XML: ${valid.err.msg} (line ${String(valid.err.line)})`, 'Give Pascal VOC annotations.');
  const { annotation } = parser.parse(xml) as VocXml;
  const fileName = annotation?.filename;
  if (typeof fileName !== 'string' || fileName === '') throw broken(name, 'has no <filename>', 'Give Pascal VOC annotations.');
  const width = Number(annotation?.size?.width);
  const height = Number(annotation?.size?.height);
  const warnings: string[] = [];
  const objects = (annotation?.object ?? []).flatMap((object, index): VocObject[] => {
    const place = `${name} object ${String(index + 1)}`;
    if (typeof object.name !== 'string' || object.name === '') throw broken(place, 'has no <name>', 'Correct the annotation.');
    const box = ordered(cornersOf(object.bndbox, place), { place, warnings });
    if (box === undefined) return [];
    if (box[0] < -1 || box[1] < -1 || box[2] > width + 1 || box[3] > height + 1)
      warnings.push(
        `${place}: the box [${box.join(', ')}] goes beyond the <size> ${String(width)} x ${String(height)}; correct one of them`,
      );
    return [{ label: object.name, box, place }];
  });
  return { fileName, objects, warnings };
}

/** The four sides of a `<bndbox>` as they are written. Throws `invalid_data` for one that is missing, empty or no number. */
function cornersOf(bndbox: unknown, place: string): Corners {
  const texts = SIDES.map((side) =>
    typeof bndbox === 'object' && bndbox !== null ? (bndbox as Record<string, unknown>)[side] : undefined,
  );
  texts.forEach((text, index) => {
    if (typeof text === 'string' && text.trim() !== '' && Number.isFinite(Number(text))) return;
    const found = text === undefined ? 'missing' : JSON.stringify(text);
    throw broken(place, `has no whole <bndbox>: <${SIDES[index]!}> is ${found}`, 'It must be a number of pixels; correct the annotation.');
  });
  const [x1, y1, x2, y2] = texts.map(Number) as [number, number, number, number];
  return [x1, y1, x2, y2];
}

function ordered([x1, y1, x2, y2]: Corners, { place, warnings }: { place: string; warnings: string[] }): Corners | undefined {
  const box = [Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2)] as const;
  const written = `[${[x1, y1, x2, y2].join(', ')}]`;
  if (box[0] === box[2] || box[1] === box[3]) {
    warnings.push(`${place}: the box ${written} has no area and is left out`);
    return undefined;
  }
  if (x1 > x2 || y1 > y2)
    warnings.push(
      `${place}: the corners of ${written} are swapped, or <xmax> and <ymax> are a width and a height; read as [${box.join(', ')}]`,
    );
  return box;
}

function broken(place: string, problem: string, remedy: string): OrstaError {
  return new OrstaError('invalid_data', `${place} ${problem}. ${remedy}`);
}
