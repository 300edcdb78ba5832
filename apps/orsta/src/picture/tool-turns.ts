import type { Trajectory, TrajectoryTurn } from '@vtriune/trainer';
import { COLORS, wrapText, type Cell } from './picture.ts';

/** A turn of the policy that called tools, and what they answered. */
interface Exchange {
  readonly call: string;
  readonly answer: TrajectoryTurn;
}

/** Each answer of tools with the turn that it answers, in order. */
function exchangesOf(trajectory: Trajectory | undefined): Exchange[] {
  const turns = trajectory?.turns ?? [];
  return turns.flatMap((answer, index) => {
    const before = turns[index - 1];
    return answer.role === 'tool' && before !== undefined ? [{ call: before.text.trim(), answer }] : [];
  });
}

/** The images that tools showed, each with the call below it. */
export function toolCells(trajectory: Trajectory | undefined, side: number): Cell[] {
  return exchangesOf(trajectory).flatMap(({ call, answer: { images } }) =>
    images.map((image) => ({ image, boxes: [], captions: wrapText(call, side, 3).map((text) => ({ text, color: COLORS.faint })) })),
  );
}

/** Calls and answers as lines: what the policy wrote, and behind an arrow what it was shown or why a call was refused. */
export function turnLines(trajectory: Trajectory | undefined): string[] {
  return exchangesOf(trajectory).flatMap(({ call, answer }) => [
    oneLine(call),
    `  -> ${[...imageSizes(answer), ...texts(answer)].join('; ')}`,
  ]);
}

function imageSizes({ images }: TrajectoryTurn): string[] {
  return images.map(({ width, height }) => `an image of ${String(width)}x${String(height)}`);
}

function texts({ text }: TrajectoryTurn): string[] {
  const answers = [...text.matchAll(/<tool_response>\n([^]*?)\n<\/tool_response>/g)];
  return answers.map(([, inside = '']) => oneLine(inside.replaceAll('<image>', ''))).filter((line) => line !== '');
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
