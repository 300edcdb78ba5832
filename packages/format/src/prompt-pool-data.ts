// The wording of the prompt pool. Two pools ask for thinking: ten ways to ask for it times ten ways to ask for the answer are a
// hundred prompts (paper section 4.2: a pool keeps the policy from tying its skill to one phrasing). Each of them ends in the
// layout whose tags and line breaks the format reward counts. A third pool asks for the answer's format only. The words are ours.

/** Instructions of one kind of task: any `think` goes with any `answer`, and `layout` closes the prompt. */
export interface PromptPool {
  readonly think: readonly string[];
  readonly answer: readonly string[];
  readonly layout: string;
}

const THINK_REASONING: readonly string[] = [
  'Work through the problem one step at a time, and write this working between <think> and </think>.',
  'First reason about what the image shows and what is asked; put the whole reasoning between <think> and </think>.',
  'Before you answer, write down your line of thought inside <think> and </think>.',
  'Start with a careful derivation, set between the tags <think> and </think>.',
  'Think aloud: note what is given, what is sought and how you get there, all within <think> and </think>.',
  'Take the question apart, solve the parts, and keep these notes inside <think> and </think>.',
  'Use the space between <think> and </think> to explain each inference, and check it against the image.',
  'Lay out your reasoning in full, opening with <think> and closing with </think>.',
  'Do not answer at once; reason it out between <think> and </think>, and go back over any step you doubt.',
  'Begin with an analysis of the image and the question, written between <think> and </think>.',
];

const ANSWER_REASONING: readonly string[] = [
  'Then give the result as \\boxed{...} between <answer> and </answer>.',
  'After that, write your final answer between <answer> and </answer>, in the form \\boxed{...}.',
  'Close with the answer alone, as \\boxed{...}, inside <answer> and </answer>.',
  'The conclusion belongs between <answer> and </answer>, and must stand in \\boxed{...}.',
  'When you are sure, state the answer once: \\boxed{...}, within <answer> and </answer>.',
  'Finish with <answer> and </answer>, holding nothing but \\boxed{...} with the answer in it.',
  'Your last lines are <answer>, the answer in \\boxed{...}, and </answer>.',
  'Report the outcome in \\boxed{...} between the tags <answer> and </answer>.',
  'Put one answer in \\boxed{...}, and enclose it in <answer> and </answer>.',
  'What follows the reasoning is the answer only: \\boxed{...} between <answer> and </answer>.',
];

const THINK_PERCEPTION: readonly string[] = [
  'Look over the image and describe what you find, and where, between <think> and </think>.',
  'First scan the image region by region; write what you notice inside <think> and </think>.',
  'Before you answer, say between <think> and </think> which objects match the request and how you told them from the others.',
  'Start by listing the candidates and their rough positions within <think> and </think>.',
  'Note the visual evidence for each object you mean to report, all between <think> and </think>.',
  'Search the whole image, including its edges and the background, and keep these notes inside <think> and </think>.',
  'Use the space between <think> and </think> to settle what is there, how many, and how far each one extends.',
  'Write your observations in full, opening with <think> and closing with </think>.',
  'Do not answer at once; go through the image between <think> and </think>, and look again where objects overlap.',
  'Begin with what can be seen, from left to right, written between <think> and </think>.',
];

const ANSWER_PERCEPTION: readonly string[] = [
  'Then give all boxes as a JSON list between <answer> and </answer>.',
  'After that, write the boxes between <answer> and </answer>, as a JSON list with one entry an object.',
  'Close with the JSON list of boxes and labels alone, inside <answer> and </answer>.',
  'The boxes belong between <answer> and </answer>, as JSON with the keys bbox_2d and label.',
  'When you are sure, state every object once, in a JSON list within <answer> and </answer>.',
  'Finish with <answer> and </answer>, holding nothing but a JSON list of bbox_2d and label.',
  'Your last lines are <answer>, the JSON list of boxes, and </answer>.',
  'Report each object as a JSON entry with its box and its label, between the tags <answer> and </answer>.',
  'Put the boxes, tight around the objects, in one JSON list, and enclose it in <answer> and </answer>.',
  'What follows the description is the answer only: a JSON list of boxes between <answer> and </answer>.',
];

/** Math, puzzles, charts, science, and every other task with one short answer (counting and OCR among them). */
export const REASONING_POOL: PromptPool = {
  think: THINK_REASONING,
  answer: ANSWER_REASONING,
  layout: 'Keep to this layout:\n<think>\n...\n</think>\n<answer>\n\\boxed{...}\n</answer>',
};

/** Detection and grounding: the answer is a list of boxes. */
export const PERCEPTION_POOL: PromptPool = {
  think: THINK_PERCEPTION,
  answer: ANSWER_PERCEPTION,
  layout: 'Keep to this layout:\n<think>\n...\n</think>\n<answer>\n[{"bbox_2d": [x1, y1, x2, y2], "label": "..."}]\n</answer>',
};

/** Where a verifier reads an answer: `boxes` is a JSON list, the others are values of the verifiers' parameter `answer_format`. */
export type AskedPlace = 'boxes' | 'boxed' | 'answer_tag' | 'last_line';

/** Ten ways to ask for the format of the answer and for nothing else, for each place in which a verifier reads it. */
export const ASKED_POOL: Readonly<Record<AskedPlace, readonly string[]>> = {
  boxes: [
    'Answer with boxes in JSON.',
    'Answer with a JSON list of boxes: [{"bbox_2d": [x1, y1, x2, y2], "label": "..."}].',
    'Give the boxes as JSON, each with bbox_2d and label.',
    'Reply with JSON only: one entry per object, with its bbox_2d and its label.',
    'Write the result as a JSON list of bbox_2d and label.',
    'List every object in JSON, with the keys bbox_2d and label.',
    'Output a JSON list. Each entry has a bbox_2d and a label.',
    'Return the boxes in JSON, with corners as [x1, y1, x2, y2] under bbox_2d.',
    'State the boxes as JSON entries with bbox_2d and label.',
    'Use JSON for the answer: a list of objects with bbox_2d and label.',
  ],
  boxed: [
    'Answer in \\boxed{}.',
    'Put your answer in \\boxed{}.',
    'Give the answer as \\boxed{...}.',
    'Write the final answer inside \\boxed{}.',
    'State the answer in the form \\boxed{...}.',
    'Your answer belongs in \\boxed{}.',
    'Reply with the answer in \\boxed{}.',
    'Place the result in \\boxed{}.',
    'Enclose the final answer in \\boxed{}.',
    'End with the answer in \\boxed{}.',
  ],
  answer_tag: [
    'Answer between <answer> and </answer>.',
    'Put your answer between <answer> and </answer>.',
    'Give the answer as <answer>...</answer>.',
    'Write the final answer inside <answer> and </answer>.',
    'State the answer in the form <answer>...</answer>.',
    'Your answer belongs between <answer> and </answer>.',
    'Reply with the answer in <answer> and </answer>.',
    'Place the result between <answer> and </answer>.',
    'Enclose the final answer in <answer> and </answer>.',
    'End with the answer between <answer> and </answer>.',
  ],
  last_line: [
    'Give the answer alone on the last line.',
    'Put your answer on the last line.',
    'The last line must hold the answer and nothing else.',
    'Write the final answer on a line of its own at the end.',
    'State the answer by itself on the last line.',
    'Your last line is the answer only.',
    'Reply so that the last line is the answer.',
    'Place the result alone on the final line.',
    'Close with one line that holds just the answer.',
    'End with the answer on its own line.',
  ],
};
