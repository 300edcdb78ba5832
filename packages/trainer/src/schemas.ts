import type { JsonSchema } from '@vtriune/format/settings';
import { trainSettings } from './train/config.ts';

/** The JSON Schemas that this package publishes, by file name. */
export const schemas: Readonly<Record<string, JsonSchema>> = { 'train-config': trainSettings.inputSchema };
