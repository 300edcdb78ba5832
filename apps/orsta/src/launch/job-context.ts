import type { FileSettings, Recipe } from '../recipe/recipe.ts';
import type { LaunchSettings } from './settings.ts';

/** What every engine's settings are made from. */
export interface JobContext {
  readonly recipe: Recipe & { readonly data: FileSettings };
  readonly launch: LaunchSettings;
  readonly workers: number;
  readonly model: string;
  /** Settings of the objective `policy` and of the estimator `grpo`, the only ones that are launched. */
  readonly policy: Readonly<Record<string, unknown>>;
  readonly grpo: Readonly<Record<string, unknown>>;
  /** Whether the rows are written in the order of training, as weights ask for. */
  readonly isDrawn: boolean;
  readonly paths: { readonly folder: string; readonly train: string; readonly test: string | undefined };
}
