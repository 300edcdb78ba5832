import { truthText } from '@vtriune/format';
import type { MadeSamples } from './make-samples.ts';
import { trainedSide } from '../run/model-facts.ts';

/** What the settings of a recipe depend on. */
export interface RecipeFacts {
  readonly name: string;
  /** Model folder, as the recipe is to write it. */
  readonly model: string;
  /** Largest image area that the model's processor allows. */
  readonly modelPixels: number;
  /** The longest side of any image in terms of its shorter one. */
  readonly aspect: number;
  readonly samples: MadeSamples;
}

/** 784 visual tokens of 28 x 28 pixels. */
const LARGE_PIXELS = 784 * 28 * 28;

/** The recipe of own data as YAML, with the reason beside every setting that people get wrong. */
export function makeRecipe({ name, model, modelPixels, aspect, samples }: RecipeFacts): string {
  const side = trainedSide(modelPixels);
  const large = side === undefined;
  const boxes = samples.train.some(({ ability }) => ability === 'grounding' || ability === 'detection');
  const prompts = Math.min(16, samples.train.length);
  return `# Made by orsta init. Train: orsta train ${name}.yaml
name: ${name}
model: { path: ${JSON.stringify(model)} }
data:
  kind: files
  files: [{ path: train.jsonl }]
  heldOut: [test.jsonl]
  # Larger images are scaled down to this area: ${large ? '784 visual tokens' : 'no side may be longer than those that the base was trained on'}.
  maxPixels: ${String(side === undefined ? LARGE_PIXELS : Math.floor(side ** 2 / aspect))}
evaluation: { samplesPerTask: 200, everySteps: 0 }
reward:
  kind: local
${boxes ? '  # At first every overlap pays, so that there is something to learn from; at the end only what evaluation counts.\n  iouSchedule: { kind: linear, start: 0, end: 0.5 }\n' : ''}trainer:
  steps: ${String(stepsFor(samples.train.length, large))}
  promptsPerStep: ${String(prompts)}
  groupSize: 8
  # Long enough for ${boxes ? 'a few boxes in JSON' : 'a short answer'}; responses that are cut off earn nothing.
  maxNewTokens: ${String(tokensFor(samples, large))}
  learningRate: ${large ? '1.0e-6' : '4.0e-4'}
  learningRateDecay: cosine
  learningRateFloor: 0.05
  warmupSteps: 5
  # With few images a trained vision tower learns them by heart.
  freeze: [vit, connector]
  seed: 1
engine: { ranks: 2 }
checkpoint: { everySteps: 20, keep: 2 }
`;
}

function stepsFor(samples: number, large: boolean): number {
  if (large) return 100;
  return Math.min(400, Math.max(150, 4 * samples));
}

/** About as many tokens as the longest answer has letters in a small vocabulary, with room for thought. */
function tokensFor({ train, test }: MadeSamples, large: boolean): number {
  const longest = Math.max(1, ...[...train, ...test].map(({ reward_model }) => truthText(reward_model.ground_truth).length));
  const needed = Math.ceil((large ? 0.6 : 0.8) * longest) + 16;
  return Math.min(512, Math.max(48, 16 * Math.ceil(needed / 16)));
}
