// Math: read two or three handwritten digits with drawn operators and compute the result (0..81), from left to right.
import { at } from '@vtriune/format/at';
import type { Question, SceneObject, SuiteTask } from '../contract.ts';
import type { Canvas, Color } from '../draw/canvas.ts';
import { fill } from '../draw/canvas.ts';
import { writingPaper } from '../draw/background.ts';
import { segment } from '../draw/shapes.ts';
import type { Random } from '../random.ts';
import { askerFor, composeScene, withExtras } from './compose.ts';
import { pickInk, writeDigits } from './handwriting.ts';

type Operator = '+' | '-' | 'x';

interface Expression {
  digits: number[];
  operators: Operator[];
}

const NAMES: Readonly<Record<Operator, string>> = { '+': 'plus', '-': 'minus', x: 'times' };

function apply(left: number, operator: Operator, right: number): number {
  if (operator === '+') return left + right;
  return operator === '-' ? left - right : left * right;
}

function evaluate({ digits, operators }: Expression): { result: number; steps: string } {
  let result = at(digits, 0);
  const steps = operators.map((operator, index) => {
    const right = at(digits, index + 1);
    const line = `${result} ${operator} ${right} = ${apply(result, operator, right)}`;
    result = apply(result, operator, right);
    return line;
  });
  return { result, steps: steps.join(', ') };
}

function twoDigits(random: Random): Expression {
  const operator = random.pick(['+', '-', 'x'] as const);
  const digits = [random.int(operator === 'x' ? 1 : 0, 9), random.int(operator === 'x' ? 1 : 0, 9)];
  return { digits: operator === '-' ? digits.sort((first, second) => second - first) : digits, operators: [operator] };
}

function threeDigits(random: Random): Expression {
  for (;;) {
    const digits = [random.int(0, 9), random.int(0, 9), random.int(0, 9)];
    const operators = [random.pick(['+', '-'] as const), random.pick(['+', '-'] as const)];
    const first = apply(at(digits, 0), at(operators, 0), at(digits, 1));
    if (first >= 0 && apply(first, at(operators, 1), at(digits, 2)) >= 0) return { digits, operators };
  }
}

function drawOperator(canvas: Canvas, operator: Operator, { x, y, ink }: { x: number; y: number; ink: Color }): SceneObject {
  const arm = operator === 'x' ? 3.6 : 4.5;
  const width = 2.2;
  if (operator === 'x') {
    const box = fill(canvas, segment([x - arm, y - arm], [x + arm, y + arm], width), ink);
    fill(canvas, segment([x - arm, y + arm], [x + arm, y - arm], width), ink);
    return { label: NAMES[operator], box };
  }
  const across = fill(canvas, segment([x - arm, y], [x + arm, y], width), ink);
  const upright = operator === '+' ? fill(canvas, segment([x, y - arm], [x, y + arm], width), ink) : across;
  return { label: NAMES[operator], box: [across[0], upright[1], across[2], upright[3]] };
}

function extraQuestions({ digits, operators }: Expression, random: Random): Question[] {
  const ask = askerFor('math', random);
  const source = 'nano_math_read';
  const total = digits.reduce((sum, digit) => sum + digit, 0);
  const spoken = digits.map((digit, index) => (index === 0 ? String(digit) : `${NAMES[at(operators, index - 1)]} ${digit}`)).join(' ');
  return [
    ask(source, ['What is the first digit?', 'Read the first digit.'], at(digits, 0)),
    ask(source, ['What is the last digit?', 'Read the last digit.'], at(digits, digits.length - 1)),
    ask(source, ['What is the largest digit?'], Math.max(...digits)),
    ask(source, ['What is the sum of all digits?', 'Add all digits.'], { answer: total, steps: `${digits.join(' + ')} = ${total}` }),
    ask(source, ['Read the expression.'], spoken),
    ask(source, ['Which operator is first?'], NAMES[at(operators, 0)]),
  ];
}

/** Math: the value of a handwritten expression. */
export const math: SuiteTask = {
  name: 'math',
  sources: ['nano_math_two', 'nano_math_three'],
  generate(random, assets, split) {
    const three = random.chance(0.4);
    const expression = three ? threeDigits(random) : twoDigits(random);
    const centers = three ? [14, 48, 82] : [random.int(18, 26), random.int(68, 76)];
    const canvas = writingPaper(random);
    const y = random.int(40, 56);
    const ink = pickInk(random);
    const sides: [number, number] = three ? [20, 23] : [21, 26];
    const objects = writeDigits(canvas, { digits: expression.digits, centers, y, sides, ink }, { random, assets, split });
    expression.operators.forEach((operator, index) => {
      const x = (at(centers, index) + at(centers, index + 1)) / 2;
      objects.push(drawOperator(canvas, operator, { x, y: y + random.int(-1, 1), ink }));
    });
    const { result, steps } = evaluate(expression);
    const wordings = ['What is the result?', 'Compute the result.', 'What does the expression equal?'];
    const main = askerFor('math', random)(three ? 'nano_math_three' : 'nano_math_two', wordings, { answer: result, steps });
    return composeScene(canvas, objects, withExtras(random, main, { extras: extraQuestions(expression, random), count: 4 }));
  },
};
