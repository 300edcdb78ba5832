import { locateAnswer, type AnswerFormat } from './place.ts';

/** Writes a short answer into the place it is asked in: what a perfect model would answer. Of several lines, or with "answer is" in it, in the tag. */
export function inPlace(answer: string, format: AnswerFormat = 'any'): string {
  if (format === 'boxed') return `\\boxed{${answer.replace(/[%$&#_]/g, '\\$&')}}`;
  if (format === 'last_line' || (format === 'any' && locateAnswer(answer)?.text === answer)) return answer;
  return `<answer>${answer}</answer>`;
}
