import type { TSchema } from 'typebox';
import { Envelope } from './envelope.ts';
import { Sample } from './sample.ts';

/** The JSON Schemas this package publishes: file name without `.json` -> schema. */
export const schemas: Record<string, TSchema> = { sample: Sample, envelope: Envelope };
