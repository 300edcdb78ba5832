import { cp, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createMonitor, jsonlSink } from '@vtriune/monitor';
import type { CommandContext } from '../context.ts';
import { OrstaError } from '../errors.ts';
import { describeCost } from '../launch/cost-model.ts';
import { SETTING_RULES, ruleOf, type EngineName } from '../launch/engine-settings.ts';
import { followJob } from '../launch/follow-job.ts';
import { launchJob, type LaunchJob } from '../launch/job.ts';
import { isLaunched, prepareLaunch, readLaunchState, submitLaunch, writeLaunchState, type LaunchState } from '../launch/launch.ts';
import { trainedModel } from '../launch/trained-model.ts';
import { rayJobs, type JobInfo, type RayJobs } from '../launch/ray-jobs.ts';
import { loadRecipe, type Recipe } from '../recipe/recipe.ts';
import { splitArguments } from './train.ts';

/** Options of `orsta launch`. */
export interface LaunchCommandOptions {
  readonly engine?: EngineName;
  readonly ray: string;
  readonly runsDir: string;
  readonly runName?: string;
  readonly dryRun?: boolean;
  readonly resume?: boolean;
  readonly detach?: boolean;
}

/** Runs a recipe on a Ray cluster by another trainer, or says what it would do. */
export async function launchCommand(given: readonly string[], options: LaunchCommandOptions, context: CommandContext): Promise<void> {
  const { engine } = options;
  if (engine === undefined) throw new OrstaError('usage', 'No engine was named. Give --engine trl or --engine verl.');
  const { files, overrides } = splitArguments(given);
  const named = options.runName === undefined ? overrides : [...overrides, `name=${JSON.stringify(options.runName)}`];
  const recipe = await loadRecipe(files, { overrides: named, cwd: context.cwd });
  const root = resolve(context.cwd, options.runsDir, recipe.name);
  if (options.dryRun === true) {
    context.output(describeJob(recipe, launchJob(recipe, engine, recipe.launch?.folder ?? root)));
    return;
  }
  const jobs = rayJobs(options.ray);
  const attempt = await attemptOf(root, jobs, options);
  const { job, rows } = await prepareLaunch({ recipe, engine: engine, ray: options.ray, root, cwd: context.cwd });
  context.output(`${String(rows.train)} training rows, ${String(rows.test)} held-out rows in ${join(job.folder, 'data')}\n`);
  const python = recipe.launch?.python ?? 'python';
  const { submissionId } = await submitLaunch(job, jobs, { ray: options.ray, root, python, attempt });
  context.output(`job ${submissionId} is submitted to ${options.ray}\n`);
  if (options.detach === true) return;
  await follow(root, context);
}

/** The number of a submission; a run that was launched goes on with --resume alone, once its last job has ended. */
async function attemptOf(root: string, jobs: RayJobs, { resume }: LaunchCommandOptions): Promise<number> {
  if (!isLaunched(root)) {
    if (resume === true) throw new OrstaError('run_exists', `${root} has no launched run to resume. Leave --resume out.`);
    return 1;
  }
  if (resume !== true) throw new OrstaError('run_exists', `${root} was launched already. Go on with --resume, or give another --run-name.`);
  const { submissionId } = await readLaunchState(root);
  const { status } = await jobs.info(submissionId);
  if (status === 'RUNNING' || status === 'PENDING')
    throw new OrstaError(
      'run_locked',
      `Job ${submissionId} is ${status}. Watch it with orsta launch logs, or end it with orsta launch stop.`,
    );
  return Number(/-(\d+)$/.exec(submissionId)?.[1]) + 1;
}

/** `orsta launch status RUN`. */
export async function launchStatus(run: string, options: { readonly runsDir: string }, context: CommandContext): Promise<void> {
  const { submissionId, ray, engine, folder } = await readLaunchState(resolve(context.cwd, options.runsDir, run));
  const { status, message } = await rayJobs(ray).info(submissionId);
  context.output(
    `${submissionId}: ${status}${message ? ` (${message.trim().split('\n').at(-1) ?? ''})` : ''}\n${engine} on ${ray}, files in ${folder}\n`,
  );
}

/** `orsta launch logs RUN`: follows the job and takes its metrics into the run's records. */
export async function launchLogs(run: string, options: { readonly runsDir: string }, context: CommandContext): Promise<void> {
  await follow(resolve(context.cwd, options.runsDir, run), context);
}

/** `orsta launch stop RUN`. */
export async function launchStop(run: string, options: { readonly runsDir: string }, context: CommandContext): Promise<void> {
  const { submissionId, ray } = await readLaunchState(resolve(context.cwd, options.runsDir, run));
  await rayJobs(ray).stop(submissionId);
  context.output(`job ${submissionId} is told to stop; go on later with orsta launch RECIPE --resume\n`);
}

async function follow(root: string, context: CommandContext): Promise<void> {
  const state = await readLaunchState(root);
  await mkdir(root, { recursive: true });
  const sink = jsonlSink(root);
  const monitor = createMonitor({ run: state.submissionId.replace(/-\d+$/, ''), sinks: [sink] });
  let info: JobInfo;
  try {
    info = await followJob({
      jobs: rayJobs(state.ray),
      submissionId: state.submissionId,
      monitor,
      offset: state.logRead,
      onText: (line) => context.notice(`${line}\n`),
      onProgress: ({ step, steps, metrics }) => {
        const reward = metrics.find(({ name }) => name === 'reward/total' || name === 'reward' || name === 'critic/rewards/mean');
        const shown = reward === undefined ? '' : `   ${reward.source ?? 'all'} ${reward.name} ${reward.value.toFixed(3)}`;
        context.output(`step ${String(step)}${steps === undefined ? '' : `/${String(steps)}`}${shown}\n`);
      },
      onRead: (logRead) => writeLaunchState(root, { ...state, logRead }),
      signal: context.signal,
    });
  } finally {
    await monitor.close();
  }
  if (info.status === 'RUNNING' || info.status === 'PENDING') return;
  if (info.status !== 'SUCCEEDED')
    throw new OrstaError(
      'cluster',
      `Job ${state.submissionId} is ${info.status}: ${info.message ?? 'Ray gives no reason'}. Go on from its last checkpoint with --resume.`,
    );
  context.output(await describeResult(state, root));
}

/** Copies the trained model, or its adapter, from the folder of the cluster to that of the run, and says where it is. */
async function describeResult(state: LaunchState, root: string): Promise<string> {
  const found = await trainedModel(state);
  if ('remedy' in found) return `${found.remedy}\n`;
  const target = join(root, found.kind);
  if (found.path !== target) await cp(found.path, target, { recursive: true });
  return `${found.kind}: ${target}\n`;
}

function describeJob(recipe: Recipe, job: LaunchJob): string {
  const settings = Array.isArray(job.settings)
    ? (job.settings as string[])
    : Object.entries(job.settings).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  const ignored = Object.keys(SETTING_RULES).flatMap((path) => {
    const rule = ruleOf(path, job.engine);
    return rule !== undefined && 'ignored' in rule ? [`${path}: ${rule.ignored}`] : [];
  });
  const rewards = 'urls' in job.rewards ? job.rewards.urls.join(', ') : `${job.rewards.command.join(' ')}, on every machine`;
  const lines = (title: string, all: readonly string[]): string => `${title}\n${all.map((line) => `  ${line}\n`).join('')}`;
  return [
    `${job.run}: ${job.model} by ${job.engine} on ${String(job.workers)} worker(s), ${String(job.gpus_per_worker)} GPU each; files in ${job.folder}\n`,
    lines(`settings of ${job.engine}:`, settings),
    lines('frozen:', [job.freeze.join(', ') || 'nothing']),
    lines('rewards:', [rewards]),
    lines('settings without a meaning there:', ignored),
    describeCost(recipe),
  ].join('\n');
}
