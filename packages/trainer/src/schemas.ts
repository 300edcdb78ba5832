import type { TSchema } from 'typebox';
import { TrainConfig } from './train/config.ts';

/** The JSON Schemas that this package publishes, by file name. */
export const schemas: Readonly<Record<string, TSchema>> = { 'train-config': TrainConfig };
