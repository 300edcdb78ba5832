/**
 * What becomes of every setting of a recipe in another engine. A setting is taken over under the engine's own name, has a meaning for orsta
 * alone, or is refused unless it has the one value that the engine can do. A setting that is in no table is refused too, so that a new one
 * cannot be lost without a word.
 */
import { OrstaError } from '../errors.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { recipeSettings } from '../recipe/schema.ts';

/** The engines that a recipe can be launched on. */
export const ENGINES = ['trl', 'verl'] as const;
/** One of trl and verl. */
export type EngineName = (typeof ENGINES)[number];

/** What becomes of a setting. */
export type SettingRule =
  /** Name in the engine's configuration, or what of this program does it. */
  | { readonly becomes: string }
  /** Without meaning in the engine, and why. */
  | { readonly ignored: string }
  /** Refused unless the setting has this value; what to do instead. */
  | { readonly only: unknown; readonly remedy: string };

/** Rules of both engines by setting; one rule where they do the same. */
export type SettingRules = Readonly<Record<string, SettingRule | Readonly<Record<EngineName, SettingRule>>>>;

const ORSTA_ENGINE = 'the cluster decides';
const ROLLOUT_SERVER = 'belongs to rollout.kind vllm and sglang';
const TOOLS = 'belongs to trainer.tools.use';
const WRITTEN = 'applied when the data is written';

/** Every setting of a recipe; a test compares the list with the schema. */
export const SETTING_RULES: SettingRules = {
  name: { becomes: 'name of the run, of the Ray job and of the curves' },
  'model.path': { trl: { becomes: 'from_pretrained' }, verl: { becomes: 'actor_rollout_ref.model.path' } },
  'model.adapter': { only: undefined, remedy: 'Merge the adapter into the model first, or train with `orsta train`.' },
  'adapter.rank': { trl: { becomes: 'r of LoraConfig' }, verl: { becomes: 'actor_rollout_ref.model.lora_rank' } },
  'adapter.alpha': { trl: { becomes: 'lora_alpha of LoraConfig' }, verl: { becomes: 'actor_rollout_ref.model.lora_alpha' } },
  'adapter.rankStabilized': {
    trl: { becomes: 'use_rslora of LoraConfig' },
    verl: { only: false, remedy: 'Set it to false, and alpha to alpha x sqrt(rank), which is the same scale.' },
  },
  'adapter.targets': {
    trl: { becomes: 'target_modules of LoraConfig' },
    verl: { becomes: 'actor_rollout_ref.model.target_modules' },
  },
  'adapter.parts': {
    trl: { becomes: 'target_modules of LoraConfig' },
    verl: { becomes: 'actor_rollout_ref.model.target_modules' },
  },
  'adapter.seed': { ignored: 'the first values of an adapter come from the seed of the engine' },
  'data.kind': { only: 'files', remedy: 'Write the samples to a file with `orsta data synth --out DIR`, and name it in data.files.' },
  'data.tasks': { ignored: 'belongs to data.kind suite' },
  'data.files': { trl: { becomes: 'train_dataset' }, verl: { becomes: 'data.train_files' } },
  'data.heldOut': { trl: { becomes: 'eval_dataset' }, verl: { becomes: 'data.val_files' } },
  'data.prompts': { becomes: WRITTEN },
  'data.maxPixels': {
    trl: { becomes: 'max_pixels of the processor' },
    verl: { only: undefined, remedy: 'Set max_pixels in preprocessor_config.json of the model.' },
  },
  'data.seed': { trl: { becomes: 'data_seed' }, verl: { becomes: 'data.seed' } },
  'evaluation.samplesPerTask': { becomes: 'rows a task that are written from data.heldOut' },
  'evaluation.everySteps': { trl: { becomes: 'eval_steps' }, verl: { becomes: 'trainer.test_freq' } },
  'evaluation.split': { ignored: 'belongs to data.kind suite' },
  'evaluation.batchSize': { ignored: ORSTA_ENGINE },
  'reward.kind': { becomes: 'local: a reward service on every machine; http: the services of reward.urls' },
  'reward.iouSchedule': { becomes: `${WRITTEN}; the service follows the step of the engine` },
  'reward.urls': { becomes: 'urls of the adapter' },
  'reward.timeoutMs': { becomes: 'timeout of the adapter' },
  'reward.concurrency': { ignored: 'the adapter sends one request a batch' },
  'reward.retries': { ignored: 'the adapter tries until its deadline' },
  'trainer.steps': { trl: { becomes: 'max_steps' }, verl: { becomes: 'trainer.total_training_steps' } },
  'trainer.promptsPerStep': { trl: { becomes: 'generation_batch_size' }, verl: { becomes: 'data.train_batch_size' } },
  'trainer.groupSize': { trl: { becomes: 'num_generations' }, verl: { becomes: 'actor_rollout_ref.rollout.n' } },
  'trainer.updatesPerStep': {
    trl: { becomes: 'gradient_accumulation_steps' },
    verl: { becomes: 'actor_rollout_ref.actor.ppo_mini_batch_size' },
  },
  'trainer.maxPromptTokens': {
    trl: { ignored: 'TRL takes prompts of any length' },
    verl: { becomes: 'data.max_prompt_length' },
  },
  'trainer.maxNewTokens': { trl: { becomes: 'max_completion_length' }, verl: { becomes: 'data.max_response_length' } },
  'trainer.tools.use': {
    only: [],
    remedy: 'Train with `orsta train`, or set the tools in the configuration of the engine; verl has image_zoom_in_tool.',
  },
  'trainer.tools.maxTurns': { ignored: TOOLS },
  'trainer.tools.maxTokens': { ignored: TOOLS },
  'trainer.tools.describe': { ignored: TOOLS },
  'trainer.temperature': { trl: { becomes: 'temperature' }, verl: { becomes: 'actor_rollout_ref.rollout.temperature' } },
  'trainer.topP': { trl: { becomes: 'top_p' }, verl: { becomes: 'actor_rollout_ref.rollout.top_p' } },
  'trainer.topK': { trl: { becomes: 'top_k' }, verl: { becomes: 'actor_rollout_ref.rollout.top_k' } },
  'trainer.objective.name': { only: 'policy', remedy: 'Train with `orsta train`, or set the loss in the configuration of the engine.' },
  'trainer.objective.clipLow': { trl: { becomes: 'epsilon' }, verl: { becomes: 'actor_rollout_ref.actor.clip_ratio_low' } },
  'trainer.objective.clipHigh': { trl: { becomes: 'epsilon_high' }, verl: { becomes: 'actor_rollout_ref.actor.clip_ratio_high' } },
  'trainer.objective.mean': { only: 'token', remedy: 'Train with `orsta train`.' },
  'trainer.objective.constantLength': { only: undefined, remedy: 'Train with `orsta train`.' },
  'trainer.objective.klCoefficient': { trl: { becomes: 'beta' }, verl: { becomes: 'actor_rollout_ref.actor.kl_loss_coef' } },
  // k3 is TRL's only estimator and verl's low_var_kl.
  'trainer.objective.klEstimator': { only: 'k3', remedy: 'Choose k3, or train with `orsta train`.' },
  'trainer.objective.samplerCap': {
    only: 0,
    remedy: 'Train with `orsta train`, or set the correction in the configuration of the engine.',
  },
  'trainer.objective.entropyBonus': { trl: { becomes: 'entropy_coef' }, verl: { becomes: 'actor_rollout_ref.actor.entropy_coeff' } },
  'trainer.advantage.name': { only: 'grpo', remedy: 'Train with `orsta train`, or set the estimator in the configuration of the engine.' },
  'trainer.advantage.normalizeByDeviation': {
    trl: { becomes: 'scale_rewards' },
    verl: { becomes: 'algorithm.norm_adv_by_std_in_grpo' },
  },
  'trainer.selection.name': { only: 'in-order', remedy: 'Train with `orsta train`.' },
  'trainer.samplingRounds': {
    only: 1,
    remedy: 'Train with `orsta train`, or set the filter of groups in the configuration of the engine.',
  },
  'trainer.staleness': { only: 0, remedy: 'Train with `orsta train`, or use the asynchronous mode of the engine.' },
  'trainer.overlongBuffer': { only: 0, remedy: 'Train with `orsta train`.' },
  'trainer.overlongPenalty': { ignored: 'belongs to overlongBuffer' },
  'trainer.learningRate': { trl: { becomes: 'learning_rate' }, verl: { becomes: 'actor_rollout_ref.actor.optim.lr' } },
  'trainer.learningRateDecay': {
    trl: { becomes: 'lr_scheduler_type' },
    verl: { becomes: 'actor_rollout_ref.actor.optim.lr_scheduler_type' },
  },
  'trainer.learningRateFloor': {
    trl: { becomes: 'lr_scheduler_kwargs.min_lr_rate' },
    verl: { becomes: 'actor_rollout_ref.actor.optim.min_lr_ratio' },
  },
  'trainer.warmupSteps': { trl: { becomes: 'warmup_steps' }, verl: { becomes: 'actor_rollout_ref.actor.optim.lr_warmup_steps' } },
  'trainer.beta1': { trl: { becomes: 'adam_beta1' }, verl: { becomes: 'actor_rollout_ref.actor.optim.betas' } },
  'trainer.beta2': { trl: { becomes: 'adam_beta2' }, verl: { becomes: 'actor_rollout_ref.actor.optim.betas' } },
  'trainer.weightDecay': { trl: { becomes: 'weight_decay' }, verl: { becomes: 'actor_rollout_ref.actor.optim.weight_decay' } },
  'trainer.gradientClip': { trl: { becomes: 'max_grad_norm' }, verl: { becomes: 'actor_rollout_ref.actor.optim.clip_grad' } },
  'trainer.freeze': {
    trl: { becomes: 'requires_grad of the parameters' },
    // verl freezes `model.visual`, of which the connector is a part.
    verl: { becomes: 'actor_rollout_ref.actor.freeze_vision_tower, which freezes tower and connector together' },
  },
  'trainer.failureLimit': {
    trl: { becomes: 'checked in the reward function' },
    verl: { ignored: 'verl gives 0 to a response without a reward, and counts it as `failed`' },
  },
  'trainer.seed': { trl: { becomes: 'seed' }, verl: { becomes: 'actor_rollout_ref.rollout.seed and data_loader_seed' } },
  'rollout.kind': { only: 'local', remedy: 'Name the server in launch.generation.vllmUrl.' },
  'rollout.url': { ignored: ROLLOUT_SERVER },
  'rollout.weightsFolder': { ignored: ROLLOUT_SERVER },
  'rollout.sleep': { ignored: ROLLOUT_SERVER },
  'rollout.timeoutMs': { ignored: ROLLOUT_SERVER },
  'rollout.concurrency': { ignored: ROLLOUT_SERVER },
  'rollout.retries': { ignored: ROLLOUT_SERVER },
  'rollout.model': { ignored: ROLLOUT_SERVER },
  'engine.ranks': { ignored: ORSTA_ENGINE },
  'engine.backend': { ignored: ORSTA_ENGINE },
  'engine.tokensPerMicroBatch': { ignored: 'launch.tokensPerGpu and launch.sequencesPerGpu say it' },
  'engine.gradientCheckpointing': { ignored: 'launch.gradientCheckpointing says it' },
  'engine.optimizer': { ignored: ORSTA_ENGINE },
  'checkpoint.everySteps': { trl: { becomes: 'save_steps' }, verl: { becomes: 'trainer.save_freq' } },
  'checkpoint.keep': { trl: { becomes: 'save_total_limit' }, verl: { becomes: 'trainer.max_actor_ckpt_to_keep' } },
  stopOnCollapse: { ignored: 'a launched run ends when its trainer does' },
  rolloutImages: { ignored: 'the run folder of a launched run has no images' },
  alarms: { ignored: 'alarms are raised by `orsta train`' },
  plugins: { becomes: '--plugins of the reward services' },
  launch: { becomes: 'the cluster' },
};

/** The rule for a setting in an engine; settings of a group such as `launch` may share one. */
export function ruleOf(path: string, engine: EngineName): SettingRule | undefined {
  const rule = SETTING_RULES[path] ?? SETTING_RULES[path.replace(/\..*$/, '')];
  return rule === undefined || 'becomes' in rule || 'ignored' in rule || 'only' in rule ? rule : rule[engine];
}

/** Throws `invalid_recipe` that names every setting which the engine cannot do, with what to do about it. */
export function refuseUnmapped(recipe: Recipe, engine: EngineName): void {
  const problems = settingsOf(recipe).flatMap(([path, value]) => problemOf(path, value, engine));
  if (problems.length > 0)
    throw new OrstaError('invalid_recipe', `${engine} cannot run this recipe:\n${problems.map((line) => `- ${line}`).join('\n')}`);
}

function problemOf(path: string, value: unknown, engine: EngineName): string[] {
  const rule = ruleOf(path, engine);
  const shown = `${path} is ${JSON.stringify(value)}`;
  if (rule === undefined) return [`${shown}, which ${engine} is not told about. Leave it at its default, or train with \`orsta train\`.`];
  if (!('only' in rule) || JSON.stringify(rule.only) === JSON.stringify(value)) return [];
  const allowed = rule.only === undefined ? 'it must be left out' : `it must be ${JSON.stringify(rule.only)}`;
  return [`${shown}; for ${engine} ${allowed}. ${rule.remedy}`];
}

/** The settings of a recipe by their paths. One without a rule is of no interest as long as it has its default. */
function settingsOf(recipe: Recipe): [string, unknown][] {
  const defaults = new Map(recipeSettings.explain().map(({ path, default: value }) => [path, value]));
  return leaves(recipe, '').filter(
    ([path, value]) => path in SETTING_RULES || defaults.get(path) !== (typeof value === 'string' ? value : JSON.stringify(value)),
  );
}

function leaves(value: unknown, path: string): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || path in SETTING_RULES)
    return value === undefined ? [] : [[path, value]];
  return Object.entries(value).flatMap(([name, own]) => leaves(own, path === '' ? name : `${path}.${name}`));
}
