// What the page asks the server. Everything is JSON; errors are the server's own words.
import type { ChartTable } from '../src/dashboard/chart-table.ts';
import type { CurvesRequest, RolloutPage, RunDetails, RunSummary } from '../src/dashboard/wire.ts';

class PageError extends Error {}

/** The runs, newest first. */
export function fetchRuns(): Promise<RunSummary[]> {
  return getJson('api/runs');
}

/** One run with its series, steps and alarms. */
export function fetchRun(id: string): Promise<RunDetails> {
  return getJson(`api/runs/${encodeURIComponent(id)}`);
}

/** Tables of charts. */
export async function fetchCurves(request: CurvesRequest): Promise<ChartTable[]> {
  const headers = { 'content-type': 'application/json' };
  return asJson(await fetch('api/curves', { method: 'POST', headers, body: JSON.stringify(request) }));
}

/** A page of the rollouts of a step. */
export function fetchRollouts(run: string, query: Readonly<Record<string, string | number | undefined>>): Promise<RolloutPage> {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  return getJson(`api/runs/${encodeURIComponent(run)}/rollouts?${search.toString()}`);
}

/** Address of an image of a run. */
export function imageAddress(run: string, path: string): string {
  return `api/runs/${encodeURIComponent(run)}/files/${path.split('/').map(encodeURIComponent).join('/')}`;
}

/** Calls back when runs change: their ids, or none where the list itself has. Also told whether the server is there. */
export function followChanges(listener: { changed(runs: readonly string[]): void; connected(connected: boolean): void }): void {
  const events = new EventSource('api/events');
  events.addEventListener('hello', () => {
    listener.connected(true);
    listener.changed([]);
  });
  events.addEventListener('changed', ({ data }: MessageEvent<string>) => listener.changed(JSON.parse(data) as string[]));
  events.addEventListener('error', () => listener.connected(false));
}

async function getJson<Value>(address: string): Promise<Value> {
  return asJson(await fetch(address));
}

async function asJson<Value>(response: Response): Promise<Value> {
  const value = (await response.json()) as Value & { error?: string };
  if (!response.ok) throw new PageError(value.error ?? `The server answers ${String(response.status)}.`);
  return value;
}
