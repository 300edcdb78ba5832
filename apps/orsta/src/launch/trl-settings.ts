import { OrstaError } from '../errors.ts';
import type { JobContext } from './job.ts';

/**
 * A recipe as `GRPOConfig` of TRL 1.16. One step of the recipe generates once and takes `updatesPerStep` optimizer steps, which is what TRL
 * counts as steps. `loss_type: dapo` is the mean over the tokens of the whole batch.
 * Throws `invalid_recipe` where the responses of an update cannot be shared evenly among the workers.
 */
export function trlSettings(context: JobContext): Record<string, unknown> {
  const { recipe, launch, policy, grpo } = context;
  const { trainer, evaluation, checkpoint, data } = recipe;
  const updates = trainer.updatesPerStep;
  return {
    max_steps: trainer.steps * updates,
    ...batches(context),
    num_generations: trainer.groupSize,
    max_completion_length: trainer.maxNewTokens,
    temperature: trainer.temperature,
    top_p: trainer.topP,
    top_k: trainer.topK,
    beta: policy['klCoefficient'],
    entropy_coef: policy['entropyBonus'],
    loss_type: 'dapo',
    ...clipOf(policy),
    scale_rewards: grpo['normalizeByDeviation'] === false ? 'none' : 'group',
    learning_rate: trainer.learningRate,
    ...scheduleOf(trainer),
    warmup_steps: trainer.warmupSteps * updates,
    adam_beta1: trainer.beta1,
    adam_beta2: trainer.beta2,
    weight_decay: trainer.weightDecay,
    max_grad_norm: trainer.gradientClip,
    seed: trainer.seed,
    data_seed: data.seed,
    shuffle_dataset: !context.isDrawn,
    save_steps: checkpoint.everySteps * updates,
    save_total_limit: checkpoint.keep,
    logging_steps: 1,
    report_to: 'none',
    bf16: launch.gpusPerNode > 0,
    use_cpu: launch.gpusPerNode === 0,
    gradient_checkpointing: launch.gpusPerNode > 0 && launch.gradientCheckpointing,
    ...(launch.gpusPerNode > 0 ? { fsdp: 'full_shard auto_wrap' } : {}),
    ...(launch.generation.vllmUrl === undefined
      ? {}
      : { use_vllm: true, vllm_mode: 'server', vllm_server_base_url: launch.generation.vllmUrl }),
    ...(context.paths.test === undefined || evaluation.everySteps === 0
      ? {}
      : { eval_strategy: 'steps', eval_steps: evaluation.everySteps * updates, num_generations_eval: 1 }),
  };
}

function batches({ recipe, launch, workers }: JobContext): Record<string, number> {
  const { promptsPerStep, groupSize, updatesPerStep } = recipe.trainer;
  const responses = promptsPerStep * groupSize;
  const perUpdate = responses / updatesPerStep;
  const perWorker = perUpdate / workers;
  if (!Number.isInteger(perWorker))
    throw new OrstaError(
      'invalid_recipe',
      `An update has ${String(perUpdate)} responses (trainer.promptsPerStep x groupSize / updatesPerStep), which ${String(workers)} workers cannot share evenly. Choose a multiple of ${String(workers)}.`,
    );
  const rows = largestDivisor(perWorker, launch.sequencesPerGpu);
  return { per_device_train_batch_size: rows, gradient_accumulation_steps: perWorker / rows, generation_batch_size: responses };
}

function largestDivisor(value: number, most: number): number {
  for (let candidate = Math.min(value, most); candidate > 1; candidate--) if (value % candidate === 0) return candidate;
  return 1;
}

function clipOf(objective: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { epsilon: objective['clipLow'], epsilon_high: objective['clipHigh'] };
}

function scheduleOf({ learningRateDecay, learningRateFloor }: JobContext['recipe']['trainer']): Record<string, unknown> {
  return learningRateDecay === 'cosine'
    ? { lr_scheduler_type: 'cosine_with_min_lr', lr_scheduler_kwargs: { min_lr_rate: learningRateFloor } }
    : { lr_scheduler_type: 'constant_with_warmup' };
}
