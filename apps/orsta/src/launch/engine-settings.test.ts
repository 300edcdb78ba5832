import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadRecipe, type Recipe } from '../recipe/recipe.ts';
import { recipeSettings } from '../recipe/schema.ts';
import { ENGINES, refuseUnmapped, ruleOf, SETTING_RULES } from './engine-settings.ts';
import { launchJob } from './job.ts';

const base = `
name: cluster
model: { path: model }
data: { kind: files, files: [{ path: train.jsonl }], heldOut: [test.jsonl] }
reward: { kind: local, iouSchedule: dynamic }
trainer: { steps: 10, promptsPerStep: 8, groupSize: 4, updatesPerStep: 2, learningRate: 2.0e-6, warmupSteps: 3 }
launch: { nodes: 2, gpusPerNode: 2 }
`;

function recipe(...overrides: string[]): Promise<Recipe> {
  const folder = mkdtempSync(join(tmpdir(), 'launch-'));
  writeFileSync(join(folder, 'recipe.yaml'), base);
  return loadRecipe([join(folder, 'recipe.yaml')], { overrides, cwd: folder });
}

describe('settings in other engines', () => {
  it('has a rule for every setting of a recipe, and none for what is no setting', () => {
    const paths = recipeSettings.explain().map(({ path }) => path);
    for (const engine of ENGINES) expect(paths.filter((path) => ruleOf(path, engine) === undefined)).toEqual([]);
    const own = Object.keys(SETTING_RULES).filter((path) => !/^trainer\.(objective|advantage)\./.test(path));
    expect(own.filter((rule) => !paths.some((path) => path === rule || path.startsWith(`${rule}.`)))).toEqual([]);
  });

  it.each([
    ['trainer.objective={name: gspo}', 'trl', /trainer\.objective\.name is "gspo"; for trl it must be "policy"/],
    ['trainer.advantage={name: rloo}', 'verl', /trainer\.advantage\.name is "rloo"; for verl it must be "grpo"/],
    ['data.maxPixels=9216', 'verl', /data\.maxPixels is 9216; for verl it must be left out\. Set max_pixels/],
    ['adapter={rankStabilized: true}', 'verl', /adapter\.rankStabilized is true; for verl it must be false\. .* alpha x sqrt\(rank\)/],
    ['model.adapter=there', 'verl', /model\.adapter is ".*there"; for verl it must be left out\. Merge/],
    ['trainer.samplingRounds=3', 'verl', /trainer\.samplingRounds is 3/],
    ['trainer.objective.klEstimator=k1', 'trl', /trainer\.objective\.klEstimator is "k1"; for trl it must be "k3"/],
  ] as const)('refuses %s for %s by name', async (override, engine, message) => {
    const given = await recipe(override);
    expect(() => refuseUnmapped(given, engine)).toThrow(message);
  });

  it('takes what the engine can do', async () => {
    const given = await recipe('data.maxPixels=9216', 'trainer.objective.klCoefficient=0.01');
    const job = launchJob(given, 'trl', '/shared');
    expect(job.processor).toEqual({ max_pixels: 9216 });
    expect(job.settings).toMatchObject({
      // Two updates a step are two of TRL's steps: 10 x 2, warm-up 3 x 2.
      max_steps: 20,
      warmup_steps: 6,
      // 8 x 4 responses a step, 16 an update, on 4 workers 4 each.
      generation_batch_size: 32,
      per_device_train_batch_size: 4,
      gradient_accumulation_steps: 1,
      num_generations: 4,
      beta: 0.01,
      epsilon: 0.2,
      epsilon_high: 0.28,
      loss_type: 'dapo',
      learning_rate: 2e-6,
      lr_scheduler_type: 'constant_with_warmup',
    });
  });

  it('names a model of the Hub as the engine does, and loses no revision', async () => {
    expect(launchJob(await recipe('model.path=hub:Qwen/Qwen2.5-VL-3B-Instruct'), 'trl', '/shared').model).toBe(
      'Qwen/Qwen2.5-VL-3B-Instruct',
    );
    const pinned = await recipe('model.path=hub:Qwen/Qwen2.5-VL-3B-Instruct@v1');
    expect(() => launchJob(pinned, 'trl', '/shared')).toThrow(/engines take the newest revision\. Leave @v1 out/);
  });

  it('writes what verl is told as overrides', async () => {
    const { settings, workers } = launchJob(await recipe('trainer.learningRateDecay=cosine'), 'verl', '/shared');
    expect(workers).toBe(4);
    expect(settings).toEqual(
      expect.arrayContaining([
        'data.train_batch_size=8',
        'actor_rollout_ref.rollout.n=4',
        'actor_rollout_ref.actor.ppo_mini_batch_size=4',
        'actor_rollout_ref.actor.optim.lr=0.000002',
        'actor_rollout_ref.actor.optim.min_lr_ratio=0.1',
        'actor_rollout_ref.actor.optim.betas=[0.9,0.98]',
        'actor_rollout_ref.actor.freeze_vision_tower=true',
        'actor_rollout_ref.rollout.top_k=-1',
        '+reward.custom_reward_function.reward_kwargs.total_steps=10',
      ]),
    );
  });

  it('trains an adapter as the engine does', async () => {
    const given = await recipe('adapter={rank: 8, targets: [q_proj, layers.0.mlp.up_proj], parts: [llm, vit]}');
    const modules = String.raw`(?:.*\.)?(?:language_model\.|visual\.(?!merger\.))(?:.*\.)?(?:q_proj|layers\.0\.mlp\.up_proj)`;
    expect(launchJob(given, 'trl', '/shared').adapter).toEqual({
      r: 8,
      lora_alpha: 32,
      use_rslora: false,
      target_modules: modules,
      task_type: 'CAUSAL_LM',
    });
    expect(launchJob(given, 'verl', '/shared').settings).toEqual(
      expect.arrayContaining([
        'actor_rollout_ref.model.lora_rank=8',
        'actor_rollout_ref.model.lora_alpha=32',
        'actor_rollout_ref.rollout.load_format=safetensors',
        `actor_rollout_ref.model.target_modules='${modules}'`,
        'actor_rollout_ref.actor.checkpoint.save_contents=[model,optimizer,extra]',
      ]),
    );
    expect(launchJob(await recipe(), 'trl', '/shared').adapter).toBeNull();
    const uneven = await recipe('adapter.alpha=12.5');
    expect(() => launchJob(uneven, 'verl', '/shared')).toThrow(/adapter\.alpha is 12\.5; verl takes whole numbers/);
    const large = await recipe('adapter.rank=1024');
    expect(() => launchJob(large, 'verl', '/shared')).toThrow(/adapter\.rank is 1024; vLLM, .* at most 512/);
  });

  it('passes the timeout of reward services that are there', async () => {
    const given = await recipe('reward={kind: http, urls: [http://rewards:8700], timeoutMs: 1500}');
    expect(launchJob(given, 'trl', '/shared').rewards).toEqual({ urls: ['http://rewards:8700'], timeout: 1.5 });
    expect(launchJob(given, 'verl', '/shared').settings).toContain('+reward.custom_reward_function.reward_kwargs.timeout=1.5');
  });

  it('says which batch cannot be shared', async () => {
    const uneven = await recipe('launch.nodes=3', 'launch.gpusPerNode=1');
    expect(() => launchJob(uneven, 'trl', '/shared')).toThrow(/An update has 16 responses .* 3 workers cannot share evenly/);
    expect(() => launchJob(uneven, 'verl', '/shared')).toThrow(/A step has 32 responses .* 3 GPUs cannot share evenly/);
    const cpu = await recipe('launch.gpusPerNode=0');
    expect(() => launchJob(cpu, 'verl', '/shared')).toThrow(/verl trains on GPUs alone/);
  });
});
