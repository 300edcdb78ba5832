/**
 * The name a weight has in the checkpoints on the hub. Newer transformers hold the same weights as `model.visual.*` and
 * `model.language_model.*`, and some tools save those; the hub's files say `visual.*` and `model.*`. Other names are kept.
 */
export function canonicalName(name: string): string {
  if (name.startsWith('model.visual.')) return name.slice('model.'.length);
  if (name.startsWith('model.language_model.')) return `model.${name.slice('model.language_model.'.length)}`;
  return name;
}
