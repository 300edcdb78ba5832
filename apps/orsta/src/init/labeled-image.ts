/** A box with its label, as the label file has it. */
export interface LabeledBox {
  readonly label: string;
  /** `[x1, y1, x2, y2]` in pixels of the image file. */
  readonly box: readonly [number, number, number, number];
}

/** What a label file says about one image: boxes to find, or an answer to give. */
export interface LabeledImage {
  /** Path of the image as the label file writes it, relative to the folder. */
  readonly image: string;
  readonly boxes: readonly LabeledBox[];
  /** The right answer in words or numbers; absent for images with boxes. */
  readonly answer?: string;
  /** What to ask; a question is made up from the labels where absent. */
  readonly question?: string;
  /** The place of this, for messages: `labels.csv:7`. */
  readonly place: string;
}

/** What was read from label files. */
export interface ReadLabels {
  readonly images: readonly LabeledImage[];
  /** What was repaired or left out: one text each, with its place. */
  readonly warnings: readonly string[];
}

/** One line of a label file: a box, an answer, or an image with nothing in it. */
export type LabelRow = Omit<LabeledImage, 'boxes'> & { readonly box?: LabeledBox };

/** The label of a box without one. */
export const NO_LABEL = 'object';

/** A cell of a table or a field of a file as text; empty for what is neither text nor number. */
export function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}

/** Gathers the rows of each image; images and their boxes stay in the order of the rows. An answer is a row of its own. */
export function gatherRows(rows: readonly LabelRow[]): LabeledImage[] {
  const gathered = new Map<string, LabeledImage>();
  for (const { box, ...row } of rows) {
    const key = row.answer === undefined ? row.image : `${row.image}\n${row.question ?? ''}\n${row.answer}`;
    const before = gathered.get(key) ?? { ...row, boxes: [] };
    gathered.set(key, { ...before, boxes: box === undefined ? before.boxes : [...before.boxes, box] });
  }
  return [...gathered.values()];
}
