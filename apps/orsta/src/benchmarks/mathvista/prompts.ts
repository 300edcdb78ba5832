import type { Asked } from './normalize-answer.ts';

const EXAMPLES: Readonly<Record<string, string>> = { '1': 'one decimal place and provide the final value, e.g., 1.2, 1.3, 1.4', '2': 'two decimal places and provide the final value, e.g., 1.23, 1.34, 1.45' }; // prettier-ignore

function hint({ questionType, answerType, precision }: Asked): string {
  if (questionType === 'multi_choice')
    return 'Please answer the question and provide the correct option letter, e.g., A, B, C, D, at the end.';
  if (answerType === 'integer')
    return 'Please answer the question requiring an integer answer and provide the final value, e.g., 1, 2, 3, at the end.';
  if (answerType === 'list')
    return 'Please answer the question requiring a Python list as an answer and provide the final list, e.g., [1, 2, 3], [1.2, 1.3, 1.4], at the end.';
  const form = EXAMPLES[String(precision)] ?? 'its decimal places and provide the final value';
  return `Please answer the question requiring a floating-point number with ${form}, at the end.`;
}

/** The query of a question as the Hub's `query` column has it: hint, question with its unit, choices. */
export function questionPrompt(question: string, asked: Asked, unit: string | undefined): string {
  const choices = asked.choices.map((choice, index) => `(${String.fromCharCode(65 + index)}) ${choice}`);
  return [
    `Hint: ${hint(asked)}`,
    `Question: ${question}${unit === undefined ? '' : ` (Unit: ${unit})`}`,
    ...(choices.length === 0 ? [] : ['Choices:', ...choices]),
  ].join('\n');
}

/** Asks a judge for the answer in a response. Its wording is our own; the task is that of the authors' extraction. */
export function extractionPrompt(query: string, response: string): string {
  return `Below are a question and a response to it. Write down the final answer that the response gives, and nothing else: the letter of a choice, a number without its unit, or a list such as [1, 2].

${query}

Response: ${response}

Answer:`;
}
