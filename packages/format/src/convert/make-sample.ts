// Samples in the style that all converters share: one question of the user, short answers in \boxed{}, boxes in JSON.
import { IMAGE_MARK, type CoordinateSpace, type Sample, type SampleImage } from '../sample.ts';
import type { ConvertContext } from './converter.ts';

/** A box with its label: `[x1, y1, x2, y2]`. */
export interface NamedBox {
  readonly label: string;
  readonly box: readonly [number, number, number, number];
}

/** What all samples have. */
interface Frame {
  readonly name: string;
  readonly id: string;
  readonly images: readonly SampleImage[];
  readonly question: string;
  readonly context: ConvertContext;
  /** Facts that are kept in `extra_info`. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** A question with a short answer. */
export interface AnswerQuestion extends Frame {
  readonly ability: string;
  readonly verifier: string;
  readonly answer: string;
  /** What the verifier compares with, where it is not the answer. */
  readonly truth?: unknown;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/** A sample whose answer is asked for in \boxed{}. */
export function answerSample({ ability, verifier, answer, truth, parameters, ...frame }: AnswerQuestion): Sample {
  return {
    ...framed(frame, 'Answer in \\boxed{}.'),
    ability,
    reward_model: {
      answer,
      ground_truth: truth ?? answer,
      accuracy_ratio: 1,
      format_ratio: 0,
      verifier,
      verifier_parm: { answer_format: 'boxed', ...parameters },
    },
  };
}

/** A question whose answer is one of several options. */
export function choiceSample({ options, ...question }: Omit<AnswerQuestion, 'verifier'> & { options: readonly string[] }): Sample {
  const lettered = options.map((option, index) => `${letterOf(index)}. ${option}`).join('\n');
  return answerSample({
    ...question,
    question: `${question.question}\n${lettered}`,
    verifier: 'choice',
    // The verifier takes two options or more, none of them empty; letters alone do for the rest.
    parameters: options.length > 1 && options.every((option) => option !== '') ? { options } : {},
  });
}

/** The letter of an option: A, B, C, ... */
export function letterOf(index: number): string {
  return String.fromCharCode(65 + index);
}

/** A question whose answer is boxes. */
export interface BoxQuestion extends Frame {
  /** One thing that is meant (grounding), or all that fit (detection). */
  readonly kind: 'grounding' | 'detection';
  readonly boxes: readonly NamedBox[];
  /** The space of the boxes. */
  readonly space: CoordinateSpace;
}

/** A sample whose answer is asked for as boxes in JSON. Responses are read in pixels of the image as the model sees it, as Qwen2.5-VL writes them. */
export function boxSample({ kind, boxes, space, ...frame }: BoxQuestion): Sample {
  const truth = JSON.stringify(boxes.map(({ label, box }) => ({ bbox_2d: box.map(rounded), label })));
  const parameters = { iou_threshold: 0.5, answer_format: 'json', response_space: 'pixel_resized' };
  return {
    ...framed(frame, 'Answer with boxes in JSON.'),
    ability: kind,
    reward_model: {
      answer: truth,
      ground_truth: truth,
      accuracy_ratio: 1,
      format_ratio: 0,
      verifier: kind,
      verifier_parm: kind === 'grounding' ? parameters : { ...parameters, det_reward_ratio: { iou_max_label_first: 1 } },
      coordinate_space: space,
    },
  };
}

function framed(
  { name, id, images, question, context, facts }: Frame,
  request: string,
): Pick<Sample, 'data_source' | 'images' | 'prompt' | 'extra_info'> {
  const { source = name, split } = context;
  const marks = question.includes(IMAGE_MARK) ? '' : `${IMAGE_MARK}\n`.repeat(images.length);
  return {
    data_source: source,
    images: [...images],
    prompt: [{ role: 'user', content: `${marks}${question.trim()} ${request}` }],
    extra_info: { id, ...(split === undefined ? {} : { split }), ...facts },
  };
}

/** Hundredths of a pixel are more than any label means. */
function rounded(side: number): number {
  return Math.round(side * 100) / 100;
}
