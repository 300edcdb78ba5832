// Training
export { train, type StepReport } from './train/train.ts';
export type { TrainOptions, TrainState } from './train/train-options.ts';
export type { RolloutGroup } from './train/estimate.ts';
export { stopTokens } from './train/stop-tokens.ts';
export type { Draft, Rollout } from './train/rollout.ts';
export { evaluate, type EvaluateOptions } from './train/evaluate.ts';
export { supervise, type SuperviseOptions, type SuperviseReport } from './train/supervise.ts';
export { resolveTrainConfig, TrainConfig, trainSettings, type ResolvedTrainConfig } from './train/config.ts';
export type { RewardFunction, RewardOutcome, RolloutToScore, Trajectory, TrajectoryTurn } from './train/reward.ts';
export { rewardEach } from './train/reward-each.ts';
export { schemas } from './schemas.ts';
// What third parties add: objectives, advantage estimators and selectors of prompts
export {
  defineObjective,
  type BatchSize,
  type Objective,
  type ObjectiveContext,
  type ObjectiveDefinition,
  type ObjectiveOutput,
  type ObjectiveTargets,
} from './objectives/objective.ts';
export {
  defineAdvantage,
  type AdvantageContext,
  type AdvantageDefinition,
  type AdvantageEstimator,
  type AdvantageOutput,
  type GroupAdvantages,
  type ScoredGroup,
  type ScoredRollout,
} from './advantages/advantage.ts';
export {
  defineSelection,
  type CandidatePrompt,
  type PromptSelector,
  type SampledPrompt,
  type SelectionContext,
  type SelectionDefinition,
} from './selection/selection.ts';
export {
  defineTool,
  type Tool,
  type ToolContext,
  type ToolDefinition,
  type ToolImage,
  type ToolPart,
  type ToolResult,
} from './tools/tool.ts';
export { toolTurn, type ToolTurn } from './tools/tool-turn.ts';
export { createToolbox, type Toolbox } from './tools/toolbox.ts';
export { algorithms, importTrainerPlugins, type Algorithms, type TrainerPlugin } from './plugins.ts';
// Parts of the algorithm
export { groupAdvantages, type AdvantageOptions } from './advantages/grpo.ts';
export type { ClipRange } from './objectives/clip-range.ts';
export { policyLoss, type PolicyTargets } from './objectives/policy.ts';
export { nextTokenLoss } from './objectives/next-token.ts';
export { learningRateAt, type LearningRateSchedule } from './optimizer/learning-rate.ts';
export { counterRandom } from './counter-random.ts';
// Engines
export { selectBackend, type BackendName, type BackendReport, type SelectBackendOptions } from './backend/select-backend.ts';
export { nativeEnvironment, type NativeEnvironmentOptions } from './backend/native/native-environment.ts';
export { installNative, uninstallNative, type InstallOptions, type OnInstallProgress } from './backend/native/install-native.ts';
export type { WheelSource } from './backend/native/fetch-wheel.ts';
export { pipIndexUrl, type Environment } from './backend/native/pip-settings.ts';
export { diagnoseNative, type DiagnoseOptions, type Finding } from './backend/native/diagnose-native.ts';
export { checkNative, type NativeCheck } from './backend/native/check-native.ts';
export {
  defaultNativeRoot,
  listInstalls,
  TENSORFLOW_VERSION,
  type InstallRecord,
  type NativeInstall,
  type NativeVariant,
} from './backend/native/native-layout.ts';
export { planMemory, type MemoryPlan, type MemoryPlanOptions, type PartMemory } from './engines/memory-plan.ts';
export { openEngine, type OpenedEngine, type OpenEngineOptions } from './engines/open-engine.ts';
export type { OptimizerPlace } from './optimizer/create-optimizer.ts';
export { createLocalEngine, type LocalEngineOptions } from './engines/local-engine.ts';
export { createParallelEngine, type ParallelEngineOptions } from './engines/parallel-engine.ts';
export type { Engine, EngineSnapshot, HostTensor, ObjectiveSettings, UpdateReport, UpdateRequest } from './engines/engine.ts';
export type { ContinuedResponse, Generation, GenerationOptions, GenerationPrompt } from './rollout/generate.ts';
// Rollout engines
export {
  localRollouts,
  type RolloutCapabilities,
  type RolloutEngine,
  type RolloutWeights,
  type WeightKind,
} from './rollout/engines/rollout-engine.ts';
export { sampleElsewhere, type SampleElsewhereOptions } from './rollout/engines/sample-elsewhere.ts';
export { vllmRollouts, type VllmOptions } from './rollout/engines/vllm.ts';
export { sglangRollouts, type SglangOptions } from './rollout/engines/sglang.ts';
export type { RolloutServer } from './rollout/engines/call-server.ts';
// Model
export { checkModel, countParameters, type CheckModelOptions, type ModelReport } from './models/qwen2-5-vl/check-model.ts';
export { loadModel, type LoadedModel } from './models/qwen2-5-vl/load-model.ts';
export { loadConfig, parseConfig, type ModelConfig, type TextConfig } from './models/qwen2-5-vl/config.ts';
export { initialize } from './models/qwen2-5-vl/initialize.ts';
export { forwardLogits, type ForwardInput, type Model } from './models/qwen2-5-vl/model.ts';
export { partOf, weightShapes, type ModelPart, type Weights } from './models/qwen2-5-vl/weights.ts';
export { fetchModel, parseHubName, type FetchModelOptions } from './files/fetch-model.ts';
export { openCheckpoint, readCheckpoint } from './safetensors/read-checkpoint.ts';
export type { FileTensor, TensorPlace } from './safetensors/file-tensor.ts';
export { readSafetensors } from './safetensors/read-safetensors.ts';
export { AdapterSettings, createAdapter, type Adapter } from './adapters/adapter.ts';
export { ADAPTER_CONFIG, readAdapter, writeAdapter } from './adapters/adapter-files.ts';
export { loadAdaptedModel, modelFolderOf } from './adapters/load-adapted-model.ts';
export { mergeAdapter } from './adapters/merge-adapter.ts';
export { writeSafetensors } from './safetensors/write-safetensors.ts';
export { linear } from './nn/linear.ts';
// Data
export { packRow, type Continuation, type ImageInput, type PackedRow, type Target } from './data/packed-row.ts';
export { exampleSource, type Example } from './data/example-source.ts';
export { preparePrompt, type PreparedPrompt, type SampleSource, type TrainingItem } from './data/prepare-prompt.ts';
export { loadProcessor, withMaxPixels, type Processor } from './processor/processor.ts';
export { checkImageSize } from './processor/smart-resize.ts';
export { cropImage, type ImagePart } from './processor/crop-image.ts';
export { decodeImage } from './processor/decode-image.ts';
export { readImage, type FittedImage } from './processor/read-image.ts';
export type { RgbImage } from './processor/rgb-image.ts';
export { DEFAULT_PROCESSOR_CONFIG, writeProcessorConfig, type ProcessorConfig } from './processor/processor-config.ts';
export { SPECIAL_TOKENS } from './tokenizer/special-tokens.ts';
export { loadTokenizer, type Tokenizer } from './tokenizer/tokenizer.ts';
export { trainByteLevelBpe } from './tokenizer/train-bpe.ts';
export { writeTokenizerFolder } from './tokenizer/tokenizer-files.ts';
// Checkpoints
export { latestCheckpoint } from './checkpoint/list-checkpoints.ts';
export {
  loadCheckpoint,
  loadLatestCheckpoint,
  type LatestCheckpoint,
  type LoadedCheckpoint,
  type PassedOverCheckpoint,
} from './checkpoint/load-checkpoint.ts';
export { saveCheckpoint, writeModelFolder, type SaveCheckpointOptions } from './checkpoint/save-checkpoint.ts';
// Errors
export { TrainerError, type TrainerErrorCode } from './errors.ts';
