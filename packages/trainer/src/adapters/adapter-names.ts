// Names of an adapter's parameters; see `adapter.ts`.

const DOWN = '.lora_A.weight';
const UP = '.lora_B.weight';
const SCALING = '.lora_scaling';

/** Names of the three parameters of an adapted module. */
export function adapterNames(module: string): { down: string; up: string; scaling: string } {
  return { down: `${module}${DOWN}`, up: `${module}${UP}`, scaling: `${module}${SCALING}` };
}

/** Whether a parameter belongs to an adapter. */
export function isAdapterParameter(name: string): boolean {
  return name.endsWith(DOWN) || name.endsWith(UP) || name.endsWith(SCALING);
}

/** Whether a parameter of an adapter is one that is trained. */
export function isTrainedAdapterParameter(name: string): boolean {
  return name.endsWith(DOWN) || name.endsWith(UP);
}

/** Modules that have an adapter, in order. */
export function adaptedModules(parameters: Iterable<string>): string[] {
  return [...parameters].filter((name) => name.endsWith(DOWN)).map((name) => name.slice(0, -DOWN.length));
}
