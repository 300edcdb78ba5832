import { truthText, type Sample } from '@vtriune/format';
import { toAskedFormat, type Question, type SceneObject, type TaskName } from '../suite/index.ts';

/** Verifiers whose answers are boxes. */
const BOX_VERIFIERS: ReadonlySet<string> = new Set(['detection', 'grounding']);

/** Whether a sample asks for boxes. */
export function asksForBoxes(sample: Sample): boolean {
  return BOX_VERIFIERS.has(sample.reward_model.verifier ?? '');
}

/** A response rewritten into the asked format; null where it holds no answer in any format. */
export function rewriteToAsked(sample: Sample, response: string): string | null {
  const text = toAskedFormat(questionOf(sample), response);
  const inTags = sample.reward_model.verifier_parm?.['answer_format'] === 'answer_tag';
  return text !== null && inTags ? `<answer>${text}</answer>` : text;
}

// The rewriting looks at nothing but whether boxes are asked for, and at the label of the first.
function questionOf(sample: Sample): Question {
  const answer = truthText(sample.reward_model.answer ?? sample.reward_model.ground_truth);
  const question: Question = { task: sample.ability as TaskName, source: sample.data_source, text: '', answer };
  return asksForBoxes(sample) ? { ...question, boxes: boxesOf(truthText(sample.reward_model.ground_truth)) } : question;
}

function boxesOf(groundTruth: string): SceneObject[] {
  const found = [...groundTruth.matchAll(/"label"\s*:\s*"([^"]*)"/g)];
  return found.map(([, label = '']) => ({ label, box: [0, 0, 0, 0] as const }));
}
