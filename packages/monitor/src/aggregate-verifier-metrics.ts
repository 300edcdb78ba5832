import { mean, type Metrics } from './mean.ts';
import type { ScoredResult } from './record.ts';

const DETECTION_METRIC = /^(?:.*\/)?(?:report_)?iou_(50|75|95|99)_(?:label_match_)?(precision|recall)$/;

/**
 * `detection/iou_50_precision` and its kin: means over the results whose verifier reports them, under our or V-Triune's names, and with the
 * prefix `<term>/` where several verifiers score a sample.
 */
export function detectionMetrics(scored: readonly ScoredResult[]): Metrics {
  return meansBy(scored, (key) => {
    const match = DETECTION_METRIC.exec(key);
    return match === null ? undefined : `detection/iou_${match[1]}_${match[2]}`;
  });
}

/** `verifier/<name>`: means of all other numbers that verifiers report beside the reward. */
export function verifierMetrics(scored: readonly ScoredResult[]): Metrics {
  return meansBy(scored, (key) => (DETECTION_METRIC.test(key) ? undefined : `verifier/${key}`));
}

function meansBy(scored: readonly ScoredResult[], nameOf: (key: string) => string | undefined): Metrics {
  const values = new Map<string, number[]>();
  for (const [key, value] of scored.flatMap((result) => Object.entries(result.metrics))) {
    const name = nameOf(key);
    if (name === undefined) continue;
    const members = values.get(name);
    if (members === undefined) values.set(name, [value]);
    else members.push(value);
  }
  return new Map([...values].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, members]) => [name, mean(members)]));
}
