import type { Sample } from '@vtriune/format';
import { Ajv } from 'ajv';
import { TrainerError } from '../errors.ts';
import { algorithms, type TrainerPlugin } from '../plugins.ts';
import { resolveAlgorithm, type NamedSettings } from '../resolve-settings.ts';
import { readCalls, type WrittenCall } from './read-calls.ts';
import type { Tool, ToolContext, ToolResult } from './tool.ts';

/** The tools of a run. */
export interface Toolbox {
  /** A conversation that tells the model about the tools in its system message, in the words of the chat template of Qwen2.5. */
  describe(messages: Sample['prompt']): Sample['prompt'];
  /** The answers to the calls in a turn of the policy, in order; none where it calls nothing. Throws `tool_failed` where a tool throws. */
  answer(text: string, context: Omit<ToolContext, 'settings'>): Promise<ToolResult[]>;
}

interface ReadyTool {
  readonly tool: Tool;
  readonly settings: unknown;
  readonly problem: (call: unknown) => string | undefined;
}

/** The tools that settings name. Throws `invalid_config` for a name that is not known or named twice, and for wrong settings. */
export function createToolbox(named: readonly NamedSettings[], plugins: readonly TrainerPlugin[] = []): Toolbox {
  const known = algorithms(plugins).tools;
  const tools = new Map<string, ReadyTool>();
  named.forEach((given, index) => {
    const { algorithm: tool, settings } = resolveAlgorithm({ name: 'tool', setting: `tools.use.${String(index)}` }, known, given);
    if (tools.has(tool.name))
      throw new TrainerError('invalid_config', `tools.use has "${tool.name}" twice; a call could mean either. Take one out.`);
    const { name: _, ...own } = settings;
    tools.set(tool.name, { tool, settings: own, problem: argumentCheck(tool) });
  });
  return {
    describe: (messages) => withSystem(messages, descriptionOf([...tools.values()].map(({ tool }) => tool))),
    answer: (text, context) => Promise.all(readCalls(text).map((call) => answerOne(tools, call, context))),
  };
}

async function answerOne(
  tools: ReadonlyMap<string, ReadyTool>,
  written: WrittenCall,
  context: Omit<ToolContext, 'settings'>,
): Promise<ToolResult> {
  if ('error' in written) return written;
  const found = tools.get(written.name);
  if (found === undefined) return { error: `There is no tool "${written.name}". There is ${[...tools.keys()].join(', ')}.` };
  const problem = found.problem(written.call);
  if (problem !== undefined) return { error: problem };
  try {
    return await found.tool.run(written.call, { ...context, settings: found.settings });
  } catch (cause) {
    throw new TrainerError(
      'tool_failed',
      `The tool "${found.tool.name}" failed on ${JSON.stringify(written.call)} of ${nameOf(context.sample)}: ${String(cause)}. Mend it, or let it return { error } where the policy is to read the message.`,
      { cause },
    );
  }
}

function argumentCheck({ parameters }: Tool): ReadyTool['problem'] {
  const ajv = new Ajv();
  const isValid = ajv.compile<unknown>(parameters);
  return (call) => (isValid(call) ? undefined : `${ajv.errorsText(isValid.errors, { dataVar: 'arguments' })}.`);
}

function nameOf({ data_source, extra_info }: Sample): string {
  return `sample "${extra_info.id}" of ${data_source}`;
}

function withSystem(messages: Sample['prompt'], text: string): Sample['prompt'] {
  const [first, ...others] = messages;
  if (first?.role !== 'system') return [{ role: 'system', content: `You are a helpful assistant.\n\n${text}` }, ...messages];
  return [{ ...first, content: `${first.content}\n\n${text}` }, ...others];
}

function descriptionOf(tools: readonly Tool[]): string {
  const signatures = tools.map(({ name, description, parameters }) =>
    JSON.stringify({ type: 'function', function: { name, description, parameters } }),
  );
  return [
    '# Tools',
    '',
    'You may call one or more functions to assist with the user query.',
    '',
    'You are provided with function signatures within <tools></tools> XML tags:',
    '<tools>',
    ...signatures,
    '</tools>',
    '',
    'For each function call, return a json object with function name and arguments within <tool_call></tool_call> XML tags:',
    '<tool_call>',
    '{"name": <function-name>, "arguments": <args-json-object>}',
    '</tool_call>',
  ].join('\n');
}
