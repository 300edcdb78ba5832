// The ways in which a base model answers, and back. A base has seen answers in many forms; RL teaches it the asked one. A response is
// right in the lenient sense if its rewriting into the asked form is right, so both accuracies come from the same verifier.
import { at } from '@vtriune/format/at';
import type { Box } from '@vtriune/iou';
import { boxesToJson } from './box-text.ts';
import type { Question, SceneObject } from './contract.ts';
import type { Random } from './random.ts';

/** For short answers: `plain`, `sentence`, `boxed`, `steps_boxed`; for boxes: `json`, `numbers`, `corners`; `asked` for both. */
export const ANSWER_STYLES = ['asked', 'plain', 'sentence', 'boxed', 'steps_boxed', 'json', 'numbers', 'corners'] as const;

/** A way to write an answer. */
export type AnswerStyle = (typeof ANSWER_STYLES)[number];

/** First word of a worked answer: no other answer begins with it, so the two ways of answering part at the first token. */
const WORKED = 'Read:';

/** The formats that differ from each other for a question. */
export function stylesFor(question: Question): AnswerStyle[] {
  if (question.boxes) return ['json', 'numbers', 'corners'];
  return question.steps === undefined ? ['plain', 'sentence', 'boxed'] : ['plain', 'sentence', 'boxed', 'steps_boxed'];
}

function renderBoxes(boxes: readonly SceneObject[], format: AnswerStyle): string {
  if (format === 'numbers' || format === 'plain') return boxes.map(({ label, box }) => `${label} ${box.join(' ')}`).join('; ');
  if (format === 'corners' || format === 'sentence')
    return boxes.map(({ box: [x1, y1, x2, y2] }) => `(${x1},${y1})-(${x2},${y2})`).join(' ');
  return boxesToJson(boxes);
}

function renderText(question: Question, format: AnswerStyle, random: Random): string {
  const { answer, steps } = question;
  if (format === 'plain' || format === 'numbers') return answer;
  if (format === 'sentence' || format === 'corners') return random.pick([`The answer is ${answer}.`, `It is ${answer}.`]);
  return format === 'steps_boxed' && steps !== undefined ? `${WORKED} ${steps} \\boxed{${answer}}` : `\\boxed{${answer}}`;
}

/** Writes the right answer in a format; box formats of a short answer, and the reverse, fall to the nearest one (`numbers` to `plain`, `corners` to `sentence`, the rest to the asked form). */
export function renderAnswer(question: Question, format: AnswerStyle, random: Random): string {
  return question.boxes ? renderBoxes(question.boxes, format) : renderText(question, format, random);
}

const BOX_PATTERNS: readonly RegExp[] = [
  /"bbox_2d"\s*:\s*\[\s*(?<x1>\d+)\s*,\s*(?<y1>\d+)\s*,\s*(?<x2>\d+)\s*,\s*(?<y2>\d+)\s*\]\s*(?:,\s*"label"\s*:\s*"(?<label>[^"]*)")?/g,
  /\(\s*(?<x1>\d+)\s*,\s*(?<y1>\d+)\s*\)\s*-\s*\(\s*(?<x2>\d+)\s*,\s*(?<y2>\d+)\s*\)/g,
  /(?:(?<label>[a-z][a-z ]*?)\s+)?(?<x1>\d+)[ ,]+(?<y1>\d+)[ ,]+(?<x2>\d+)[ ,]+(?<y2>\d+)/gi,
];

function toBox(groups: Readonly<Record<string, string | undefined>>): Box {
  return [Number(groups.x1), Number(groups.y1), Number(groups.x2), Number(groups.y2)];
}

// A box without a label means what was asked for.
function parseBoxes(response: string, asked: string): SceneObject[] {
  for (const pattern of BOX_PATTERNS) {
    const found = [...response.matchAll(pattern)].map(({ groups = {} }) => ({ label: groups.label?.trim() || asked, box: toBox(groups) }));
    if (found.length > 0) return found.filter(({ box }) => box[0] <= box[2] && box[1] <= box[3]);
  }
  return [];
}

function parseAnswer(response: string): string {
  const boxed = [...response.matchAll(/\\boxed\{([^{}]*)\}/g)].pop();
  if (boxed) return at(boxed, 1).trim();
  const sentence = /(?:answer is|it is)\s+(.+)$/is.exec(response.trim());
  const rest = (sentence?.[1] ?? response).trim().replace(/\.$/, '');
  const result = rest.includes('=') ? rest.slice(rest.lastIndexOf('=') + 1) : rest;
  return result.trim();
}

/** Reads a response in any of the formats; null where there is no answer. */
export function readAnyStyle(question: Question, response: string): { answer?: string; boxes?: SceneObject[] } | null {
  if (question.boxes) {
    const boxes = parseBoxes(response, question.boxes[0]?.label ?? '');
    return boxes.length > 0 ? { boxes } : null;
  }
  const answer = parseAnswer(response);
  return answer === '' ? null : { answer };
}

/** Rewrites a response in any of the formats into the asked one; null where there is no answer. */
export function toAskedFormat(question: Question, response: string): string | null {
  const parsed = readAnyStyle(question, response);
  if (!parsed) return null;
  return parsed.boxes ? boxesToJson(parsed.boxes) : `\\boxed{${parsed.answer ?? ''}}`;
}
