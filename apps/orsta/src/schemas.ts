import { settings, type JsonSchema } from '@vtriune/format/settings';
import { recipeSettings } from './recipe/schema.ts';
import { ServeSettings } from './serve/serve-settings.ts';

/** Schemas of this app by file name; `schema/<name>.json` holds each, for editors. */
export const schemas: Record<string, JsonSchema> = { recipe: recipeSettings.inputSchema, serve: settings(ServeSettings).inputSchema };
