/** Optimizer and run state of a checkpoint; what a format version means: 2 lists every file with its checksum. */
export const STATE_FILE = 'trainer_state.json';
/** The optimizer's moments, and the parameters of auxiliary heads. */
export const OPTIMIZER_FILE = 'optimizer.safetensors';
/** Version of the layout that is written and read. */
export const FORMAT_VERSION = 2;
/** Begins the name of a folder that is still being written. */
export const TEMPORARY_PREFIX = '.writing-';

const STEP_FOLDER = /^step-(\d{8,})$/;

/** Name of a step's folder: `step-00000100`. */
export function stepFolder(step: number): string {
  return `step-${String(step).padStart(8, '0')}`;
}

/** The step of a checkpoint's folder; absent for another folder. */
export function stepOf(name: string): number | undefined {
  const digits = STEP_FOLDER.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
