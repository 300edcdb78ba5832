import { isSimple, type Point, type Polygon } from './polygon-iou.ts';

/** A polygon as responses and ground truths write it: `{"polygon": [[x, y], ...], "label": "cell"}`. */
export interface LabeledPolygon {
  readonly polygon: Polygon;
  /** Trimmed, in lower case; empty where there is none. */
  readonly label: string;
}

/** What a text held. */
export interface FoundPolygons {
  readonly items: readonly LabeledPolygon[];
  /** Entries that are no simple polygon. */
  readonly malformed: number;
}

/** Corners of all polygons together; work grows with them, and no honest answer has more. */
const MAX_POINTS = 512;

/** Far outside any image, and small enough for products of coordinates to be exact where they are whole. */
const MAX_COORDINATE = 1e6;

const MAX_TEXT = 50_000;
const NOTHING: FoundPolygons = { items: [], malformed: 0 };

/** The polygons of a response: JSON after the last `</think>`, with prose or a code fence around it or not. */
export function findPolygons(response: string): FoundPolygons {
  const text = afterThought(response).slice(-MAX_TEXT);
  const start = text.search(/\[\s*\{|\{/);
  const end = Math.max(text.lastIndexOf(']'), text.lastIndexOf('}')) + 1;
  return start < 0 || end <= start ? NOTHING : readPolygons(parse(text.slice(start, end)));
}

function afterThought(response: string): string {
  const end = response.lastIndexOf('</think>');
  return end < 0 ? response : response.slice(end + '</think>'.length);
}

/** The polygons of a JSON value: one or a list. */
export function readPolygons(value: unknown): FoundPolygons {
  if (value === undefined) return NOTHING;
  const entries = Array.isArray(value) ? value : [value];
  let points = 0;
  const items = entries.flatMap((entry: unknown) => {
    const item = readPolygon(entry, MAX_POINTS - points);
    if (item === undefined) return [];
    points += item.polygon.length;
    return [item];
  });
  return { items, malformed: entries.length - items.length };
}

function readPolygon(entry: unknown, limit: number): LabeledPolygon | undefined {
  if (typeof entry !== 'object' || entry === null || !('polygon' in entry)) return undefined;
  const { polygon: corners } = entry;
  const label = 'label' in entry && typeof entry.label === 'string' ? entry.label.trim().toLowerCase() : '';
  if (!Array.isArray(corners) || corners.length > limit || !corners.every(isPoint)) return undefined;
  const polygon = withoutRepeats(corners);
  return isSimple(polygon) ? { polygon, label } : undefined;
}

function isPoint(value: unknown): value is Point {
  return Array.isArray(value) && value.length === 2 && value.every((item) => typeof item === 'number' && Math.abs(item) <= MAX_COORDINATE);
}

/** Drops a corner that is written twice in a row, and the first at the end, as GeoJSON closes its rings. */
function withoutRepeats(corners: readonly Point[]): Polygon {
  return corners.filter(([x, y], index) => {
    const before = corners.at(index - 1);
    return before === undefined || before[0] !== x || before[1] !== y;
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A model that writes no JSON has given no answer; that is a result, not an error.
    return undefined;
  }
}
