import type { JsonSchema } from '@vtriune/format/settings';
import { BenchmarkResult } from './benchmarks/result.ts';
import { ServeSettings } from './commands/serve-settings.ts';
import { recipeSettings } from './recipe/schema.ts';

/** Schemas of this app by file name; `schema/<name>.json` holds each, for editors. */
export const schemas: Record<string, JsonSchema> = {
  recipe: recipeSettings.inputSchema,
  serve: ServeSettings.inputSchema,
  'benchmark-result': BenchmarkResult,
};
