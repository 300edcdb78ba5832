// The Sample contract
export { CoordinateSpace, ExtraInfo, IMAGE_MARK, PromptMessage, RewardModel, RewardTerm, Sample, SampleImage } from "./sample.js";
export { countImageMarks, isSample, parseSample, toSampleJson } from "./parse-sample.js";
export { schemas } from "./schemas.js";
// Files
export { readJsonl, writeJsonl } from "./jsonl.js";
export { readParquet } from "./parquet-read.js";
export { writeParquet } from "./parquet-write.js";
// The prompt pool
export { applyPromptPool, promptKindOf } from "./prompt-pool.js";
export { PERCEPTION_POOL, REASONING_POOL } from "./prompt-pool-data.js";
// Many sources
export { createMix } from "./mix.js";
export { sampleStats, verifiersOf } from "./stats.js";
// Trainers that pass one string
export { Envelope, envelopeOf, readEnvelope, writeEnvelope } from "./envelope.js";
// Errors
export { FormatError } from "./errors.js";
