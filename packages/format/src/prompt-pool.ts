/**
 * Appends to a question how it is to be answered, in one of many wordings, so that a policy does not tie its skill to one phrasing.
 * Which wording a sample gets depends on the seed, its id and the draw, and on nothing else. What the pool cannot know is whether a
 * prompt in words of its own asks for a format already; only the marks of one (`<think>`, `\\boxed`, ...) are looked for.
 */
import { at } from './at.ts';
import { FormatError } from './errors.ts';
import { ASKED_POOL, PERCEPTION_POOL, REASONING_POOL, type PromptPool } from './prompt-pool-data.ts';
import { hashText } from './random.ts';
import type { PromptMessage, Sample } from './sample.ts';
import { verifiersOf } from './stats.ts';

/**
 * What is asked for: `reasoning` for thinking and an answer in `\boxed{}`, `perception` for thinking and boxes in JSON, `asked` for the
 * format that the sample's verifier reads, without thinking.
 */
export type PromptKind = 'reasoning' | 'perception' | 'asked';

/** Options of `applyPromptPool`. */
export interface PromptPoolOptions {
  /** Another seed gives every sample another wording. */
  readonly seed: number;
  /** Default: `promptKindOf(sample)`. */
  readonly kind?: PromptKind;
  /** A sample that is drawn again gets other words where this number differs: its place in training. The same words every time where absent. */
  readonly draw?: number;
}

const BOX_VERIFIERS: readonly string[] = ['detection', 'grounding'];

/** What only a prompt holds that asks for a format. */
const MARKS_OF_A_FORMAT = ['<think>', '<answer>', '\\boxed', 'bbox_2d'] as const;

/** The kind of a sample: perception where `detection` or `grounding` scores it, so that boxes are asked for; otherwise reasoning. */
export function promptKindOf(sample: Sample): Exclude<PromptKind, 'asked'> {
  return verifiersOf(sample).some((verifier) => BOX_VERIFIERS.includes(verifier)) ? 'perception' : 'reasoning';
}

/**
 * A copy of the sample whose last user message also says how to answer. Throws FormatError `invalid_argument` where there is no user
 * message, where that message asks for a format already, and where thinking is asked for but the verifier reads the answer in another place.
 */
export function applyPromptPool(sample: Sample, options: PromptPoolOptions): Sample {
  const last = sample.prompt.findLastIndex((message) => message.role === 'user');
  const question = sample.prompt[last];
  if (question === undefined) {
    const roles = sample.prompt.map((message) => message.role).join(', ');
    throw new FormatError(
      'invalid_argument',
      `applyPromptPool: the prompt has no user message (roles: ${roles}); add the question as one`,
      { pointer: '/prompt' },
    );
  }
  refuseAsked(question, last);
  const asked = { ...question, content: `${question.content}\n\n${instructionOf(sample, options)}` };
  return { ...sample, prompt: sample.prompt.with(last, asked) };
}

function refuseAsked({ content }: PromptMessage, index: number): void {
  const mark = MARKS_OF_A_FORMAT.find((one) => content.includes(one));
  if (mark === undefined) return;
  throw new FormatError(
    'invalid_argument',
    `applyPromptPool: the question asks for a format already, it has "${mark}"; take the instruction out or use the prompt as it is`,
    { pointer: `/prompt/${String(index)}/content` },
  );
}

function instructionOf(sample: Sample, { seed, kind, draw }: PromptPoolOptions): string {
  const id = sample.extra_info.id;
  const key = draw === undefined ? `${String(seed)} ${id}` : `${String(seed)} ${id} ${String(draw)}`;
  const chosen = kind ?? promptKindOf(sample);
  if (chosen === 'asked') return instructionForPlace(sample, `answer ${key}`);
  refuseOtherPlace(sample);
  const pool: PromptPool = chosen === 'perception' ? PERCEPTION_POOL : REASONING_POOL;
  return `${pick(pool.think, `think ${key}`)} ${pick(pool.answer, `answer ${key}`)}\n${pool.layout}`;
}

/** Asks for the answer where the verifier reads it; one that reads it anywhere gets it in `\\boxed{}`. */
function instructionForPlace(sample: Sample, key: string): string {
  const place = placeOf(sample);
  if (promptKindOf(sample) === 'perception')
    return `${pick(ASKED_POOL.boxes, key)}${place === 'answer_tag' ? ' Put it between <answer> and </answer>.' : ''}`;
  return pick(ASKED_POOL[place === 'answer_tag' || place === 'last_line' ? place : 'boxed'], key);
}

/** A prompt for thinking asks for the answer in tags, with boxes bare in them and the rest in `\\boxed{}`. Elsewhere it would be paid 0. */
function refuseOtherPlace(sample: Sample): void {
  const place = placeOf(sample);
  if (place !== 'json' && place !== 'last_line') return;
  throw new FormatError(
    'invalid_argument',
    `applyPromptPool: thinking prompts ask for the answer in <answer> tags, but answer_format is "${place}" and pays it elsewhere; make it "answer_tag" or "any", or use the kind "asked"`,
    { pointer: '/reward_model/verifier_parm/answer_format' },
  );
}

function placeOf(sample: Sample): unknown {
  return sample.reward_model.verifier_parm?.['answer_format'];
}

function pick(wordings: readonly string[], key: string): string {
  return at(wordings, hashText(key) % wordings.length);
}
