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
  let step: number | undefined;
  const take = async (line: string): Promise<void> => {
    const news = readLogLine(line);
    if (news.kind === 'text') onText(news.line);
    if (news.kind !== 'metrics') return;
    // The records of a step are written when the next one begins. A restart goes back: what was reported before stays.
    if (step !== undefined && news.step > step) await monitor.endStep(step);
    if (step !== undefined && news.step < step) return;
    step = news.step;
    monitor.recordMetrics(news.metrics);
    onProgress(news);
  };
  return {
    read: async (log: string, isOver: boolean): Promise<void> => {
      const end = isOver ? log.length : log.lastIndexOf('\n') + 1;
      if (end <= position) return;
      for (const line of log.slice(position, end).split('\n')) if (line !== '') await take(line);
      position = end;
      if (isOver && step !== undefined) await monitor.endStep(step);
      await onRead?.(position);
    },
  };
}
