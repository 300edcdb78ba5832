/** A ground truth or an answer as text: text as it is, anything else as JSON. */
export function truthText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
