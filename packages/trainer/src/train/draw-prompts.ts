/**
 * The prompts of a step: samples are read, a selector chooses among them, and the chosen ones are made ready for the model. Nothing here depends on
 * the weights, so that the prompts of the next step can be drawn while an update runs.
 */
import { at } from '@vtriune/format/at';
import { counterRandom } from '../counter-random.ts';
import type { PreparedPrompt, TrainingItem } from '../data/prepare-prompt.ts';
import { TrainerError } from '../errors.ts';
import { algorithmNamed, algorithms } from '../plugins.ts';
import type { PromptSelector } from '../selection/selection.ts';
import type { RewardOutcome } from './reward.ts';
import { prepareFor } from './tool-use.ts';
import type { RunOptions, TrainState } from './train-options.ts';

/** Keeps the random numbers of selection apart from those of sampling. */
const SELECTION_STREAM = 0x5e1ec7;

interface DrawnPrompt {
  prompt: PreparedPrompt;
  /** Index of the sample in the data; its random numbers depend on it. */
  key: number;
}

/** The prompts of a round, ready for the model. */
export interface DrawnPrompts {
  readonly prompts: readonly DrawnPrompt[];
  /** Index of the next sample. */
  readonly position: number;
}

/**
 * Begins to draw the prompts of the step after `state`. What goes wrong is thrown where the result is awaited, and not before: the step under way
 * does not need it.
 */
export function drawAhead<Outcome extends RewardOutcome>(options: RunOptions<Outcome>, state: TrainState): Promise<DrawnPrompts> {
  const drawn = drawPrompts(options, { state, position: state.samplePosition, count: options.config.promptsPerStep });
  drawn.catch(() => undefined);
  return drawn;
}

/** The prompts of a round: those that the selector takes out of the next samples. */
export async function drawPrompts<Outcome extends RewardOutcome>(
  options: RunOptions<Outcome>,
  from: { state: TrainState; position: number; count: number },
): Promise<DrawnPrompts> {
  const { selector, settings } = selectorOf(options);
  const size = from.count * selector.poolFactor(settings);
  const items = await Promise.all(Array.from({ length: size }, (_, i) => options.samples.at(from.position + i)));
  const chosen = selector.choose(items.map(candidateOf), from.count, {
    settings,
    state: from.state.selection,
    random: (index) => counterRandom(options.config.seed, SELECTION_STREAM, from.position + index),
  });
  checkChoice(selector, chosen, { count: from.count, size });
  const prompts = chosen.map((index) => ({
    key: from.position + index,
    prompt: prepareFor(options.tools, options.processor, { item: at(items, index), maxTokens: options.config.maxPromptTokens }),
  }));
  return { prompts, position: from.position + size };
}

function candidateOf({ sample }: TrainingItem): { id: string; source: string; task: string } {
  return { id: String(sample.extra_info.id), source: sample.data_source, task: sample.ability };
}

function checkChoice({ name }: PromptSelector, chosen: readonly number[], { count, size }: { count: number; size: number }): void {
  const valid = chosen.every((index) => Number.isInteger(index) && index >= 0 && index < size);
  if (valid && chosen.length === count && new Set(chosen).size === count) return;
  throw new TrainerError(
    'invalid_plugin',
    `The selector ${name} chose [${chosen.join(', ')}] of ${String(size)} candidates; it must choose ${String(count)} different indexes from 0 to ${String(size - 1)}.`,
  );
}

/** The selector that the settings name, with its own settings. */
export function selectorOf<Outcome extends RewardOutcome>({
  config,
  plugins,
}: RunOptions<Outcome>): { selector: PromptSelector; settings: unknown } {
  const { name, ...settings } = config.selection;
  return { selector: algorithmNamed('selector', algorithms(plugins).selectors, name), settings };
}
