import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LaunchState } from './launch.ts';

/** What a finished job has left on the cluster's folder, or what to do where it has to be made first. */
export type TrainedModel = { readonly kind: 'model' | 'adapter'; readonly path: string } | { readonly remedy: string };

/**
 * TRL writes `model`, or `adapter` where only an adapter was trained. verl writes a model into its last checkpoint, but only the shards of
 * an adapter, which its own tool merges.
 */
export async function trainedModel({ engine, folder }: LaunchState): Promise<TrainedModel> {
  if (engine === 'trl') return trained(folder, existsSync(join(folder, 'adapter')) ? 'adapter' : 'model');
  const checkpoints = join(folder, 'checkpoints');
  const step = await readFile(join(checkpoints, 'latest_checkpointed_iteration.txt'), 'utf8').catch(() => undefined);
  if (step === undefined) return { remedy: `no checkpoint is in ${checkpoints}; the log says why (orsta launch logs)` };
  const actor = join(checkpoints, `global_step_${step.trim()}`, 'actor');
  const model = join(actor, 'huggingface');
  const files = await readdir(model).catch(() => []);
  if (files.some((file) => file.endsWith('.safetensors'))) return { kind: 'model', path: model };
  return {
    remedy: `checkpoint: ${actor}; make a model of it with python -m verl.model_merger merge --backend fsdp --local_dir ${actor} --target_dir MODEL`,
  };
}

function trained(folder: string, kind: 'model' | 'adapter'): TrainedModel {
  return { kind, path: join(folder, kind) };
}
