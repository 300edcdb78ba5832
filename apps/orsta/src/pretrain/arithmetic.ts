import type { Question } from '../suite/contract.ts';
import type { Random } from '../suite/random.ts';

type Operator = '+' | '-' | 'x';

interface Sum {
  left: number;
  operator: Operator;
  right: number;
}

/** Chance that a question has a second operator, as three-digit expressions in the suite have. */
const SECOND = 0.3;

/**
 * A question of arithmetic in text, such as `Compute 6 x 7.`: the tables that answers to pictures need, without the pictures. Numbers are
 * those of the suite: digits and what they add up to, and the values of charts, which are multiples of 5 and 10.
 */
export function arithmeticQuestion(random: Random): Question {
  const first = pickSum(random);
  const steps = [stepOf(first)];
  let text = `${String(first.left)} ${first.operator} ${String(first.right)}`;
  let result = valueOf(first);
  if (first.operator !== 'x' && result <= 18 && random.chance(SECOND)) {
    const second: Sum = { left: result, operator: random.pick(['+', '-'] as const), right: random.int(0, 9) };
    if (valueOf(second) >= 0) {
      steps.push(stepOf(second));
      text += ` ${second.operator} ${String(second.right)}`;
      result = valueOf(second);
    }
  }
  return { task: 'math', source: 'nano_arithmetic', text: `Compute ${text}.`, answer: String(result), steps: steps.join(', ') };
}

function pickSum(random: Random): Sum {
  const kind = random.next();
  if (kind < 0.3) return { left: random.int(1, 9), operator: 'x', right: random.int(1, 9) };
  const unit = kind < 0.8 ? 1 : kind < 0.9 ? 5 : 10;
  const [most, least] = unit === 1 ? [random.chance(0.5) ? 9 : 18, 9] : [10, 10];
  const left = random.int(0, most);
  if (random.chance(0.5))
    return { left: left * unit, operator: '+', right: random.int(0, Math.min(least, Math.floor(99 / unit) - left)) * unit };
  return { left: left * unit, operator: '-', right: random.int(0, Math.min(left, unit === 1 ? 9 : 10)) * unit };
}

function valueOf({ left, operator, right }: Sum): number {
  if (operator === '+') return left + right;
  return operator === '-' ? left - right : left * right;
}

function stepOf(sum: Sum): string {
  return `${String(sum.left)} ${sum.operator} ${String(sum.right)} = ${String(valueOf(sum))}`;
}
