import { preparePrompt, type PreparedPrompt, type TrainingItem } from '../data/prepare-prompt.ts';
import type { TrainerPlugin } from '../plugins.ts';
import type { Processor } from '../processor/processor.ts';
import type { ToolUse } from '../rollout/sample-responses.ts';
import { createToolbox } from '../tools/toolbox.ts';
import type { ResolvedTrainConfig } from './config.ts';

/** The tools that settings ask for; absent where they ask for none. */
export function toolUse({ use, ...limits }: ResolvedTrainConfig['tools'], plugins?: readonly TrainerPlugin[]): ToolUse | undefined {
  return use.length === 0 ? undefined : { ...limits, toolbox: createToolbox(use, plugins) };
}

/** A prompt that tells the model about the tools, where it is to be told. The sample stays as it is. */
export function prepareFor(
  tools: ToolUse | undefined,
  processor: Processor,
  { item, maxTokens }: { item: TrainingItem; maxTokens?: number | undefined },
): PreparedPrompt {
  if (tools?.describe !== true) return preparePrompt(processor, item, maxTokens);
  const sample = { ...item.sample, prompt: tools.toolbox.describe(item.sample.prompt) };
  return { ...preparePrompt(processor, { ...item, sample }, maxTokens), sample: item.sample };
}
