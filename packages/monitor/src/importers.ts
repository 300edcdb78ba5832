/** Reads what other trainers log into metric records: TRL, verl, V-Triune, and TensorBoard event files. */
export { importTensorboard } from './importers/tensorboard.ts';
export { importTrl } from './importers/trl.ts';
export { importVTriune } from './importers/v-triune.ts';
export { importVerl } from './importers/verl.ts';
export type { Imported, ImportOptions } from './importers/imported.ts';
