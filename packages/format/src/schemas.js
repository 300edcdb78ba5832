import { Envelope } from "./envelope.js";
import { Sample } from "./sample.js";
/** The JSON Schemas this package publishes: file name without `.json` -> schema. */
export const schemas = { sample: Sample, envelope: Envelope };
