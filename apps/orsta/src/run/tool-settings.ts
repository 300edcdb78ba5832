import { createToolbox, resolveTrainConfig, TrainerError, type ResolvedTrainConfig, type TrainerPlugin } from '@vtriune/trainer';
import { SettingsError } from '@vtriune/format/settings';
import { Document } from 'yaml';
import { OrstaError } from '../errors.ts';
import { applyOverrides, parseOverride } from '../recipe/override.ts';

/** `trainer.tools` of a recipe with the defaults filled in. */
export type ToolSettings = ResolvedTrainConfig['tools'];

/** What `--tools` says instead of a name, to go without. */
export const NO_TOOLS = 'none';

/** What tools are chosen from. */
export interface ToolChoice {
  /** Words of `--tools`; absent where it was not given. */
  readonly given?: readonly string[] | undefined;
  /** `trainer.tools` of the run that trained the model, where there is one. */
  readonly trained?: unknown;
  readonly plugins: readonly TrainerPlugin[];
}

/**
 * The tools of a model that is asked; absent where it has none. A word of `--tools` is the name of a tool or, with `=`, a setting of `trainer.tools` such
 * as `maxTurns=2`, and `none` goes without. What is not given is as the run had it. Throws `usage`.
 */
export function toolSettings({ given, trained, plugins }: ToolChoice): ToolSettings | undefined {
  if (given?.includes(NO_TOOLS) === true) {
    if (given.length === 1) return undefined;
    throw new OrstaError(
      'usage',
      `--tools has ${NO_TOOLS} beside ${given.filter((word) => word !== NO_TOOLS).join(' ')}. Give one of the two.`,
    );
  }
  const settings = new Document(trained ?? {});
  const names = (given ?? []).filter((word) => !word.includes('='));
  if (names.length > 0) settings.set('use', settings.createNode(names.map((name) => ({ name }))));
  applyOverrides(settings, (given ?? []).filter((word) => word.includes('=')).map(parseOverride));
  const tools = resolve(settings.toJS(), plugins);
  if (given === undefined || tools.use.length > 0) return tools.use.length === 0 ? undefined : tools;
  throw new OrstaError(
    'usage',
    `--tools ${given.join(' ')} names no tool, and the model is of no run with tools. Add a name, such as image_zoom_in_tool.`,
  );
}

function resolve(tools: unknown, plugins: readonly TrainerPlugin[]): ToolSettings {
  try {
    const resolved = resolveTrainConfig({ steps: 1, tools }, { plugins }).tools;
    // Made once before a model is loaded, for what only the tools as a whole can have wrong.
    createToolbox(resolved.use, plugins);
    return resolved;
  } catch (cause) {
    if (!(cause instanceof TrainerError)) throw cause;
    const { message } = cause.cause instanceof SettingsError ? cause.cause : cause;
    throw new OrstaError('usage', `The tools are wrong: ${message}`, { cause });
  }
}
