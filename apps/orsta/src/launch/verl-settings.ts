/**
 * A recipe as settings of `verl.trainer.main_ppo`, verl 0.9. The paper trained with a fork of an earlier verl; what the fork did by itself is
 * said here: no critic (`grpo`), no reference model, one mean over all tokens. Left out: Megatron, SGLang, and verl's asynchronous modes.
 */
import { OrstaError } from '../errors.ts';
import { adapterModules } from './adapter-modules.ts';
import type { JobContext } from './job-context.ts';

type Override = readonly [name: string, value: unknown];

/** What verl goes on from. */
const SHARDS = ['model', 'optimizer', 'extra'];
/** Largest rank of an adapter in vLLM. */
const MOST_RANK = 512;
/** A file beside the driver. */
const ADAPTER = 'vtriune_verl.py';

/** The settings. Throws `invalid_recipe` where a batch cannot be shared evenly among the GPUs, or where there is none. */
export function verlOverrides(context: JobContext): string[] {
  const { launch, workers, recipe } = context;
  if (launch.gpusPerNode === 0)
    throw new OrstaError('invalid_recipe', 'verl trains on GPUs alone: launch.gpusPerNode is 0. Launch with --engine trl.');
  const responses = recipe.trainer.promptsPerStep * recipe.trainer.groupSize;
  if (responses % workers !== 0)
    throw new OrstaError(
      'invalid_recipe',
      `A step has ${String(responses)} responses (trainer.promptsPerStep x groupSize), which ${String(workers)} GPUs cannot share evenly. Choose a multiple of ${String(workers)}.`,
    );
  const groups = [dataSettings, actorSettings, adapterSettings, optimizerSettings, rolloutSettings, rewardSettings, trainerSettings];
  return groups.flatMap((group) => group(context)).map(([name, value]) => `${name}=${hydra(value)}`);
}

function dataSettings({ recipe, paths, isDrawn }: JobContext): Override[] {
  const { trainer, data } = recipe;
  return [
    ['data.train_files', paths.train],
    ['data.val_files', paths.test ?? paths.train],
    ['data.train_batch_size', trainer.promptsPerStep],
    ['data.max_prompt_length', trainer.maxPromptTokens],
    ['data.max_response_length', trainer.maxNewTokens],
    ['data.truncation', 'error'],
    ['data.image_key', 'images'],
    ['data.shuffle', !isDrawn],
    ['data.seed', data.seed],
  ];
}

function actorSettings({ recipe, launch, model, policy, grpo }: JobContext): Override[] {
  const { trainer } = recipe;
  const actor = 'actor_rollout_ref.actor';
  return [
    ['actor_rollout_ref.model.path', model],
    ['actor_rollout_ref.model.enable_gradient_checkpointing', launch.gradientCheckpointing],
    ['actor_rollout_ref.model.use_remove_padding', true],
    [`${actor}.ppo_mini_batch_size`, trainer.promptsPerStep / trainer.updatesPerStep],
    [`${actor}.use_dynamic_bsz`, true],
    [`${actor}.ppo_max_token_len_per_gpu`, launch.tokensPerGpu],
    [`${actor}.clip_ratio_low`, policy['clipLow']],
    [`${actor}.clip_ratio_high`, policy['clipHigh']],
    [`${actor}.loss_agg_mode`, 'token-mean'],
    [`${actor}.use_kl_loss`, Number(policy['klCoefficient']) > 0],
    [`${actor}.kl_loss_coef`, policy['klCoefficient']],
    [`${actor}.kl_loss_type`, 'low_var_kl'],
    [`${actor}.entropy_coeff`, policy['entropyBonus']],
    [`${actor}.grad_clip`, trainer.gradientClip],
    [`${actor}.data_loader_seed`, trainer.seed],
    [`${actor}.freeze_vision_tower`, trainer.freeze.includes('vit')],
    // Frozen parameters share an FSDP unit with trained ones.
    [`${actor}.fsdp_config.use_orig_params`, trainer.freeze.length > 0],
    [`${actor}.fsdp_config.param_offload`, launch.offload],
    [`${actor}.fsdp_config.optimizer_offload`, launch.offload],
    ['algorithm.adv_estimator', 'grpo'],
    ['algorithm.norm_adv_by_std_in_grpo', grpo['normalizeByDeviation']],
    ['algorithm.use_kl_in_reward', false],
  ];
}

function adapterSettings({ recipe: { adapter } }: JobContext): Override[] {
  if (adapter === undefined) return [];
  if (!Number.isInteger(adapter.alpha))
    throw new OrstaError('invalid_recipe', `adapter.alpha is ${String(adapter.alpha)}; verl takes whole numbers alone.`);
  if (adapter.rank > MOST_RANK)
    throw new OrstaError(
      'invalid_recipe',
      `adapter.rank is ${String(adapter.rank)}; vLLM, which generates for verl, takes at most ${String(MOST_RANK)}.`,
    );
  return [
    ['actor_rollout_ref.model.lora_rank', adapter.rank],
    ['actor_rollout_ref.model.lora_alpha', adapter.alpha],
    ['actor_rollout_ref.model.target_modules', adapterModules(adapter)],
    // verl sends vLLM the adapter alone; the weights under it must come from the files.
    ['actor_rollout_ref.rollout.load_format', 'safetensors'],
  ];
}

function optimizerSettings({ recipe: { trainer } }: JobContext): Override[] {
  const optimizer = 'actor_rollout_ref.actor.optim';
  return [
    [`${optimizer}.lr`, trainer.learningRate],
    [`${optimizer}.lr_warmup_steps`, trainer.warmupSteps],
    [`${optimizer}.lr_scheduler_type`, trainer.learningRateDecay],
    [`${optimizer}.min_lr_ratio`, trainer.learningRateDecay === 'cosine' ? trainer.learningRateFloor : 0],
    [`${optimizer}.betas`, [trainer.beta1, trainer.beta2]],
    [`${optimizer}.weight_decay`, trainer.weightDecay],
    [`${optimizer}.clip_grad`, trainer.gradientClip],
  ];
}

function rolloutSettings({ recipe: { trainer }, launch }: JobContext): Override[] {
  const rollout = 'actor_rollout_ref.rollout';
  return [
    [`${rollout}.name`, 'vllm'],
    [`${rollout}.n`, trainer.groupSize],
    [`${rollout}.temperature`, trainer.temperature],
    [`${rollout}.top_p`, trainer.topP],
    [`${rollout}.top_k`, trainer.topK === 0 ? -1 : trainer.topK],
    [`${rollout}.seed`, trainer.seed],
    [`${rollout}.tensor_model_parallel_size`, launch.generation.tensorParallel],
    [`${rollout}.gpu_memory_utilization`, launch.generation.memoryShare],
    [`${rollout}.log_prob_use_dynamic_bsz`, true],
    [`${rollout}.val_kwargs.do_sample`, false],
  ];
}

function rewardSettings({ recipe: { trainer, reward: service }, paths }: JobContext): Override[] {
  const reward = 'reward.custom_reward_function';
  return [
    [`${reward}.path`, `${paths.folder}/code/${ADAPTER}`],
    [`${reward}.name`, 'compute_score'],
    [`+${reward}.reward_kwargs.total_steps`, trainer.steps],
    ...(service.kind === 'http' ? [[`+${reward}.reward_kwargs.timeout`, service.timeoutMs / 1000] as const] : []),
  ];
}

function trainerSettings({ recipe, launch, paths }: JobContext): Override[] {
  const { trainer, checkpoint, evaluation } = recipe;
  const isEvaluated = paths.test !== undefined;
  return [
    ['trainer.total_training_steps', trainer.steps],
    // The number of steps ends the run; this must only not end it earlier.
    ['trainer.total_epochs', trainer.steps],
    ['trainer.nnodes', launch.nodes],
    ['trainer.n_gpus_per_node', launch.gpusPerNode],
    ['trainer.project_name', 'vtriune'],
    ['trainer.experiment_name', recipe.name],
    ['trainer.logger', ['console']],
    ['trainer.default_local_dir', `${paths.folder}/checkpoints`],
    ['trainer.resume_mode', 'auto'],
    ['trainer.save_freq', checkpoint.everySteps],
    ['trainer.max_actor_ckpt_to_keep', checkpoint.keep],
    // A model that others load, beside the shards that verl goes on from. With an adapter verl would write it with names of its own.
    ['actor_rollout_ref.actor.checkpoint.save_contents', recipe.adapter === undefined ? [...SHARDS, 'hf_model'] : SHARDS],
    ['actor_rollout_ref.actor.checkpoint.load_contents', SHARDS],
    ['trainer.val_before_train', isEvaluated],
    ['trainer.test_freq', isEvaluated && evaluation.everySteps > 0 ? evaluation.everySteps : -1],
  ];
}

/** A value in Hydra's override grammar; texts are quoted where it has other uses for their characters. */
function hydra(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(hydra).join(',')}]`;
  if (typeof value !== 'string') return JSON.stringify(value);
  return /^[\w./-]+$/.test(value) ? value : `'${value.replaceAll("'", String.raw`\'`)}'`;
}
