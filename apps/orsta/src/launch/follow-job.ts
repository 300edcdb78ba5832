import { setTimeout as wait } from 'node:timers/promises';
import type { Monitor } from '@vtriune/monitor';
import { readLogLine, type JobNews } from './job-log.ts';
import type { JobInfo, RayJobs } from './ray-jobs.ts';

/** What following needs. */
export interface FollowOptions {
  readonly jobs: RayJobs;
  readonly submissionId: string;
  readonly monitor: Monitor;
  /** Every line that is no record. */
  readonly onText: (line: string) => void;
  readonly onProgress: (news: Extract<JobNews, { kind: 'metrics' }>) => void;
  /** Leaving does not stop the job. */
  readonly signal: AbortSignal;
  readonly intervalMs?: number;
  /** Characters of the log that were read before. */
  readonly offset?: number;
  /** Told after records were written, with the characters read so far. */
  readonly onRead?: (offset: number) => Promise<void>;
}

const LOST_CALLS = 10;

/**
 * Reads the log of a job until the job ends, and writes its metrics as they come. A dashboard that does not answer is asked again, ten times
 * in a row at most. Resolves to the job's last state; with an aborted signal to the one it was left in.
 */
export async function followJob(options: FollowOptions): Promise<JobInfo> {
  const { jobs, submissionId, signal, intervalMs = 2000 } = options;
  const reader = logReader(options);
  let lost = 0;
  for (;;) {
    try {
      const info = await jobs.info(submissionId);
      const isOver = info.status !== 'PENDING' && info.status !== 'RUNNING';
      await reader.read(await jobs.log(submissionId), isOver);
      lost = 0;
      if (signal.aborted) await reader.leave();
      if (isOver || signal.aborted) return info;
    } catch (error) {
      lost += 1;
      if (lost >= LOST_CALLS || signal.aborted) throw error;
    }
    await wait(intervalMs, undefined, { signal }).catch(() => undefined);
  }
}

function logReader({ monitor, onText, onProgress, onRead, offset = 0 }: FollowOptions) {
  let position = offset;
  /** The step whose records are not written yet, where its first line begins, and what of it was read. */
  let open: { readonly step: number; readonly start: number; readonly seen: Set<string> } | undefined;
  const endStep = async (): Promise<void> => {
    if (open !== undefined) await monitor.endStep(open.step);
    open = undefined;
  };
  const take = async (line: string, start: number): Promise<void> => {
    const news = readLogLine(line);
    if (news.kind === 'text') onText(news.line);
    if (news.kind !== 'metrics') return;
    // A restart goes back to its checkpoint: what was reported of a step before stays.
    if (open !== undefined && news.step < open.step) return;
    if (open !== undefined && news.step > open.step) await endStep();
    open ??= { step: news.step, start, seen: new Set() };
    // Nodes that share a folder for their logs make Ray tell every line several times.
    const { seen } = open;
    const metrics = news.metrics.filter(({ source, name }) => !seen.has(`${String(source)} ${name}`));
    for (const { source, name } of metrics) seen.add(`${String(source)} ${name}`);
    if (metrics.length === 0) return;
    monitor.recordMetrics(metrics);
    onProgress({ ...news, metrics });
  };
  return {
    /** Takes what is new; with `isLast` all of it. Who is killed reads the step that was not written again. */
    read: async (log: string, isLast: boolean): Promise<void> => {
      const end = isLast ? log.length : log.lastIndexOf('\n') + 1;
      while (position < end) {
        const stop = log.indexOf('\n', position) + 1;
        const next = stop === 0 ? end : stop;
        await take(log.slice(position, next).trimEnd(), position);
        position = next;
      }
      if (isLast) await endStep();
      await onRead?.(open?.start ?? position);
    },
    leave: async (): Promise<void> => {
      await endStep();
      await onRead?.(position);
    },
  };
}
