import type { AdapterSettings } from '@vtriune/trainer';

/** Where the parts of the model are in the module names of `transformers`; `merger` is the connector. */
const PARTS: Readonly<Record<AdapterSettings['parts'][number], string>> = {
  vit: String.raw`visual\.(?!merger\.)`,
  connector: String.raw`visual\.merger\.`,
  llm: String.raw`language_model\.`,
};

/**
 * The modules of an adapter as one pattern, which PEFT compares with whole names: `q_proj` of the language model is
 * `(?:.*\.)?(?:language_model\.)(?:.*\.)?(?:q_proj)`.
 */
export function adapterModules({ targets, parts }: Pick<AdapterSettings, 'targets' | 'parts'>): string {
  const inParts = parts.map((part) => PARTS[part]).join('|');
  const ends = targets.map((target) => target.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join('|');
  return String.raw`(?:.*\.)?(?:${inParts})(?:.*\.)?(?:${ends})`;
}

/** A new adapter as PEFT's `LoraConfig`. Its first values come from the seed of the engine. */
export function loraConfig(adapter: AdapterSettings): Record<string, unknown> {
  return {
    r: adapter.rank,
    lora_alpha: adapter.alpha,
    use_rslora: adapter.rankStabilized,
    target_modules: adapterModules(adapter),
    task_type: 'CAUSAL_LM',
  };
}
