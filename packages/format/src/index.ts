// The Sample contract
export { CoordinateSpace, ExtraInfo, IMAGE_MARK, PromptMessage, RewardModel, Sample, SampleImage } from './sample.ts';
export { RewardTerm } from './reward-term.ts';
export { countImageMarks, isSample, parseSample, toSampleJson, type ParseSampleOptions, type SampleJson } from './parse-sample.ts';
export { truthText } from './truth-text.ts';
export { schemas } from './schemas.ts';
// Files
export { writeFileAtomically } from './atomic-file.ts';
export { readJsonl, writeJsonl, writeTrainerJsonl } from './jsonl.ts';
export { readParquet, readParquetRows, type ReadParquetOptions } from './parquet-read.ts';
export { readRecords, readSamples } from './read-samples.ts';
export { readRows, type PlacedDataRow } from './read-rows.ts';
export type { DataRecord } from './data-record.ts';
export { readTextLines } from './text-lines.ts';
export { writeParquet, writeTrainerParquet, type SampleSource, type WriteParquetOptions } from './parquet-write.ts';
// The prompt pool
export { applyPromptPool, promptKindOf, type PromptKind, type PromptPoolOptions } from './prompt-pool.ts';
export { ASKED_POOL, PERCEPTION_POOL, REASONING_POOL, type AskedPlace, type PromptPool } from './prompt-pool-data.ts';
// Many sources
export { createMix, type Draw, type Mix } from './mix.ts';
export { planMix, repeatOf, type MixPlan, type MixRules } from './plan-mix.ts';
export { sampleStats, verifiersOf, type SampleStats } from './stats.ts';
// Other trainers
export { Envelope, envelopeOf, readEnvelope, writeEnvelope } from './envelope.ts';
export { TRAINERS, trainerFile, trainerRow, type Trainer, type TrainerRow } from './trainer-rows.ts';
// Errors
export { FormatError, type FormatErrorCode, type FormatErrorDetails } from './errors.ts';
