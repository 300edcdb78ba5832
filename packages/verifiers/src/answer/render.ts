import type { AnswerFormat } from './place.ts';

/** Writes a short answer into the place it is asked in: what a perfect model would answer. */
export function inPlace(answer: string, format: AnswerFormat = 'any'): string {
  if (format === 'boxed') return `\\boxed{${answer.replace(/[%$&#_]/g, '\\$&')}}`;
  return format === 'answer_tag' ? `<answer>${answer}</answer>` : answer;
}
