import type { Sample } from '@vtriune/format';
import type { LabeledBox, LabeledImage } from './labeled-image.ts';

/** Of this many images one is held out. */
const TEST_EVERY = 5;

/** Samples of labeled images; whole images are held out, never some questions of one. */
export interface MadeSamples {
  readonly train: readonly Sample[];
  readonly test: readonly Sample[];
}

/**
 * Samples that ask for what is labeled. Boxes: where the only object of a label is (grounding), or where all of them are (detection, where
 * any image has several or none). Answers: the given question, or one that names what is asked.
 */
export function makeSamples(images: readonly LabeledImage[], options: { source: string; imageFolder: string }): MadeSamples {
  const names = [...new Set(images.map(({ image }) => image))];
  const heldOut = new Set(names.filter((_, index) => index % TEST_EVERY === TEST_EVERY - 1));
  const labels = [...new Set(images.flatMap(({ boxes }) => boxes.map(({ label }) => label)))].sort();
  const always = new Set(
    labels.filter((label) => images.every(({ boxes, answer }) => answer !== undefined || ofLabel(boxes, label).length === 1)),
  );
  const samples = images.flatMap((labeled, index) => {
    const split = heldOut.has(labeled.image) ? 'test' : 'train';
    const shared = { ...options, index, split };
    if (labeled.answer !== undefined) return [answerSample(labeled, labeled.answer, shared)];
    return labels.map((label) => boxSample(labeled, label, { ...shared, single: always.has(label) }));
  });
  const ofSplit = (split: string): Sample[] => samples.filter(({ extra_info }) => extra_info.split === split);
  return { train: ofSplit('train'), test: ofSplit('test') };
}

interface Shared {
  readonly source: string;
  readonly imageFolder: string;
  readonly index: number;
  readonly split: string;
}

function boxSample(labeled: LabeledImage, label: string, shared: Shared & { single: boolean }): Sample {
  const { single } = shared;
  const boxes = JSON.stringify(ofLabel(labeled.boxes, label).map(({ box }) => ({ bbox_2d: box, label })));
  const verifier = single ? 'grounding' : 'detection';
  const parameters = { iou_threshold: 0.5, answer_format: 'json', response_space: 'pixel_resized' };
  return {
    ...frame(labeled, shared, label),
    prompt: [
      {
        role: 'user',
        content: `<image>\n${labeled.question ?? (single ? `Where is the ${label}?` : `Detect every ${label}.`)} Answer with boxes in JSON.`,
      },
    ],
    ability: verifier,
    reward_model: {
      answer: boxes,
      ground_truth: boxes,
      accuracy_ratio: 1,
      format_ratio: 0,
      verifier,
      verifier_parm: single ? parameters : { ...parameters, det_reward_ratio: { iou_max_label_first: 1 } },
      coordinate_space: 'pixel_original',
    },
  };
}

function answerSample(labeled: LabeledImage, answer: string, shared: Shared): Sample {
  const whole = /^\d+$/.test(answer);
  const verifier = whole ? 'counting' : 'text';
  const question = labeled.question ?? (whole ? 'How many are there?' : 'What is this?');
  return {
    ...frame(labeled, shared, 'answer'),
    prompt: [{ role: 'user', content: `<image>\n${question} Answer in \\boxed{}.` }],
    ability: verifier === 'counting' ? 'counting' : 'recognition',
    reward_model: { answer, ground_truth: answer, accuracy_ratio: 1, format_ratio: 0, verifier, verifier_parm: { answer_format: 'boxed' } },
  };
}

function frame(
  { image }: LabeledImage,
  { source, imageFolder, index, split }: Shared,
  asked: string,
): Pick<Sample, 'data_source' | 'images' | 'extra_info'> {
  const path = imageFolder === '' ? image : `${imageFolder}/${image}`;
  return {
    data_source: `${source}_${asked.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_')}`,
    images: [{ path }],
    extra_info: { id: `${image}#${String(index)}-${asked}`, image_path: image, split },
  };
}

function ofLabel(boxes: readonly LabeledBox[], label: string): LabeledBox[] {
  return boxes.filter((box) => box.label === label);
}
