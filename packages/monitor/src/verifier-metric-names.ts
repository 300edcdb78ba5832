const DETECTION_METRIC = /^(?:.*\/)?(?:report_)?iou_(50|75|95|99)_(?:label_match_)?(precision|recall)$/;
// The numbers of verifiers are few; names that come from outside must not fill the memory.
const MAX_KNOWN = 4096;

/**
 * The name under which a number that a verifier reports is followed: `detection/iou_50_precision` and the like, by our or V-Triune's names and
 * with the prefix `<term>/` where several verifiers score a sample, and `verifier/<name>` for all others. Names are remembered.
 */
export function createMetricNames(): (key: string) => string {
  const known = new Map<string, string>();
  return (key) => {
    const name = known.get(key) ?? nameOf(key);
    if (known.size < MAX_KNOWN) known.set(key, name);
    return name;
  };
}

function nameOf(key: string): string {
  const match = DETECTION_METRIC.exec(key);
  return match === null ? `verifier/${key}` : `detection/iou_${match[1]}_${match[2]}`;
}
