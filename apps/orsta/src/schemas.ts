import type { TSchema } from 'typebox';
import { RecipeFile } from './recipe/schema.ts';
import { ServeSettings } from './commands/serve-settings.ts';

/** Schemas of this app by file name; `schema/<name>.json` holds each, for editors. */
export const schemas: Record<string, TSchema> = { recipe: RecipeFile, serve: ServeSettings.inputSchema };
