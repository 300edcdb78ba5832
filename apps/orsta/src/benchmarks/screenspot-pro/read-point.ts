/** Where a response clicks: in `[0, 1]` of width and height (likaixin2000/ScreenSpot-Pro-GUI-Grounding, `models/`). */
import { isRecord } from '../../is-record.ts';

/** A click. */
export type Point = readonly [x: number, y: number];

const BOX = /<\|box_start\|>\((\d+),(\d+)\),\((\d+),(\d+)\)<\|box_end\|>/g;

/** Qwen2-VL's answers: a box in thousandths between its marks, or two or four numbers; undefined for anything else. */
export function pointInThousandths(response: string): Point | undefined {
  if (response.includes('<|box_start|>') && response.includes('<|box_end|>')) {
    const last = [...response.matchAll(BOX)].at(-1);
    return last === undefined ? undefined : center(last.slice(1).map((own) => Number(own) / 1000));
  }
  const numbers = (response.match(/-?\d+\.?\d*/g) ?? []).map(Number);
  const found = center(numbers);
  return found === undefined ? undefined : [found[0] / 1000, found[1] / 1000];
}

/** Qwen2.5-VL's tool call: a coordinate in pixels of the image as it was resized for the model. */
export function pointOfToolCall(response: string, size: readonly [width: number, height: number]): Point | undefined {
  const cut = response.slice(0, response.lastIndexOf('}') + 1);
  const call = (cut === '' ? response : cut).split('<tool_call>\n')[1]?.split('\n</tool_call>')[0];
  const found = call === undefined ? undefined : center(coordinateOf(call));
  const [width, height] = resizedSize(size);
  return found === undefined ? undefined : [found[0] / width, found[1] / height];
}

function coordinateOf(call: string): number[] {
  let value: unknown;
  try {
    value = JSON.parse(call);
  } catch {
    return [];
  }
  const action = isRecord(value) ? value['arguments'] : undefined;
  const coordinate = isRecord(action) ? action['coordinate'] : undefined;
  const items: unknown[] = Array.isArray(coordinate) ? coordinate : [];
  // Python counts true and false among the numbers.
  return items.every((own) => typeof own === 'number' || typeof own === 'boolean') ? items.map(Number) : [];
}

function center(numbers: readonly number[]): Point | undefined {
  const [a = NaN, b = NaN, c = NaN, d = NaN] = numbers;
  if (numbers.length === 2) return [a, b];
  return numbers.length === 4 ? [(a + c) / 2, (b + d) / 2] : undefined;
}

const FACTOR = 28;
const LEAST = 3136;
const MOST = 99_999_999;

/** The size that the authors resize to: multiples of 28, the area between their limits, rounded as in Python. */
export function resizedSize([width, height]: readonly [width: number, height: number]): [width: number, height: number] {
  const [w, h] = [width, height].map((side) => roundToEven(side / FACTOR) * FACTOR) as [number, number];
  if (w * h > MOST) {
    const scale = Math.sqrt((height * width) / MOST);
    return [width, height].map((side) => Math.max(FACTOR, Math.floor(side / scale / FACTOR) * FACTOR)) as [number, number];
  }
  if (w * h >= LEAST) return [w, h];
  const scale = Math.sqrt(LEAST / (height * width));
  return [width, height].map((side) => Math.ceil((side * scale) / FACTOR) * FACTOR) as [number, number];
}

function roundToEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
