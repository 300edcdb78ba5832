// Turns a question about a scene into a Sample: prompt, verifier, parameters and weights. The pixels stay with the scene unless a PNG is
// given, because encoding costs more than drawing.
import type { Sample, SampleImage } from '@vtriune/format';
import type { Question, Scene } from './contract.ts';

/** Appended to every question with a short answer. */
export const BOXED_INSTRUCTION = ' Answer in \\boxed{}.';

/** Appended to every question for boxes. */
export const BOXES_INSTRUCTION = ' Answer with boxes in JSON.';

/** What `toSample` adds to a question. */
export interface SampleOptions {
  /** Unique within the data set. */
  id: string;
  split: 'train' | 'validation' | 'test';
  /** PNG bytes (`sceneToPng`) or a path; without it the sample names `<id>.png`, and the caller hands the model the scene's pixels. */
  image?: SampleImage;
  /** IoU at which a box is paid, in the verifiers' notation (a number, `dynamic`, `average` or a schedule); 0.5 by default. */
  iouThreshold?: number | 'dynamic' | 'average' | Readonly<Record<string, unknown>>;
  /** Other than `as_is`: the prompt is the bare question, and a prompt pool says how to answer. `thinking` asks for boxes in answer tags. */
  prompts?: 'as_is' | 'asked' | 'thinking';
}

/** The text a model is asked: the question and how to answer it, without the image mark. */
export function promptText(question: Question): string {
  return question.text + (question.boxes ? BOXES_INSTRUCTION : BOXED_INSTRUCTION);
}

type RewardModel = Sample['reward_model'];

function boxReward(question: Question, { iouThreshold = 0.5, prompts }: SampleOptions): RewardModel {
  const shared = { iou_threshold: iouThreshold, answer_format: prompts === 'thinking' ? 'answer_tag' : 'json' };
  const isDetection = question.task === 'detection';
  return {
    answer: question.answer,
    ground_truth: question.answer,
    accuracy_ratio: 1,
    format_ratio: 0,
    verifier: isDetection ? 'detection' : 'grounding',
    verifier_parm: isDetection ? { ...shared, det_reward_ratio: { iou_max_label_first: 1 } } : shared,
    coordinate_space: 'pixel_original',
  };
}

function textReward(question: Question): RewardModel {
  const shared = { answer: question.answer, ground_truth: question.answer, accuracy_ratio: 1, format_ratio: 0 };
  const isNumber = /^\d+$/.test(question.answer);
  if (question.task === 'counting') return { ...shared, verifier: 'counting', verifier_parm: { answer_format: 'boxed' } };
  if (question.task === 'ocr') return { ...shared, verifier: 'ocr', verifier_parm: { answer_format: 'boxed' } };
  if (isNumber) return { ...shared, verifier: 'mathverify', verifier_parm: { answer_format: 'boxed' } };
  return { ...shared, verifier: 'text', verifier_parm: { answer_format: 'boxed' } };
}

/** The sample of one question about a scene. */
export function toSample(question: Question, options: SampleOptions): Sample {
  return {
    data_source: question.source,
    images: [options.image ?? { path: `${options.id}.png` }],
    prompt: [{ role: 'user', content: `<image>\n${(options.prompts ?? 'as_is') === 'as_is' ? promptText(question) : question.text}` }],
    ability: question.task,
    reward_model: question.boxes ? boxReward(question, options) : textReward(question),
    extra_info: { id: options.id, split: options.split, ...(question.steps === undefined ? {} : { steps: question.steps }) },
  };
}

/** A scene's image as PNG bytes. */
export async function sceneToPng(scene: Scene): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp');
  return sharp(scene.pixels, { raw: { width: scene.width, height: scene.height, channels: 3 } })
    .png({ compressionLevel: 6 })
    .toBuffer();
}
