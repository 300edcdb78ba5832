// What the task files share: a scene from a canvas, and wordings picked at random.
import type { Question, Scene, SceneObject, TaskName } from '../contract.ts';
import type { Canvas } from '../draw/canvas.ts';
import type { Random } from '../random.ts';

/** A scene of what was drawn; the first question is the one that RL asks. */
export function composeScene(canvas: Canvas, objects: SceneObject[], questions: readonly [Question, ...Question[]]): Scene {
  return {
    task: questions[0].task,
    width: canvas.width,
    height: canvas.height,
    pixels: canvas.pixels,
    objects,
    questions: [...questions],
  };
}

/** An answer with the worked steps that lead to it. */
export interface Worked {
  answer: string | number;
  steps: string;
}

/** Makes questions of one task with one of several wordings. */
export interface Asker {
  (source: string, wordings: readonly string[], answer: string | number | Worked): Question;
}

/** Two numbers added, worked out. */
export function added(first: number, second: number): Worked {
  return {
    answer: first + second,
    steps: `${first} + ${second} = ${first + second}`,
  };
}

/** One number less another, worked out. */
export function subtracted(first: number, second: number): Worked {
  return {
    answer: first - second,
    steps: `${first} - ${second} = ${first - second}`,
  };
}

/** An asker for a task; each call draws one wording. */
export function askerFor(task: TaskName, random: Random): Asker {
  return (source, wordings, answer) => {
    const question = { task, source, text: random.pick(wordings) };
    return typeof answer === 'object'
      ? { ...question, answer: String(answer.answer), steps: answer.steps }
      : { ...question, answer: String(answer) };
  };
}

/** The main question first, then at most `count` of the others in random order; no text occurs twice. */
export function withExtras(
  random: Random,
  main: Question,
  { extras, count }: { extras: readonly Question[]; count: number },
): [Question, ...Question[]] {
  const others = new Map(extras.map((question) => [question.text, question]));
  others.delete(main.text);
  return [main, ...random.shuffle([...others.values()]).slice(0, count)];
}

/** The key with the greatest (sign 1) or the smallest (sign -1) value; undefined where two share it. */
export function uniqueExtreme<T>(items: readonly T[], sign: 1 | -1, valueOf: (item: T) => number): T | undefined {
  const sorted = [...items].sort((first, second) => sign * (valueOf(second) - valueOf(first)));
  const [best, next] = sorted;
  return best !== undefined && (next === undefined || valueOf(best) !== valueOf(next)) ? best : undefined;
}
