/** How the learning rate moves: linear warm-up to `peak`, then constant, or along a half cosine down to `peak * floor`. */
export interface LearningRateSchedule {
  /** The highest rate, above 0. */
  peak: number;
  /** Steps of the linear warm-up; 0 for none. */
  warmupSteps: number;
  decay: 'constant' | 'cosine';
  /** Share of the peak that is left at the end of a cosine, in [0, 1]. */
  floor: number;
}

/**
 * Learning rate of a step.
 *
 * @param step counted from 0
 */
export function learningRateAt(schedule: LearningRateSchedule, step: number, totalSteps: number): number {
  if (step < schedule.warmupSteps) return (schedule.peak * (step + 1)) / schedule.warmupSteps;
  if (schedule.decay === 'constant') return schedule.peak;
  const span = Math.max(1, totalSteps - schedule.warmupSteps);
  const progress = Math.min(1, (step - schedule.warmupSteps) / span);
  return schedule.peak * (schedule.floor + (1 - schedule.floor) * 0.5 * (1 + Math.cos(Math.PI * progress)));
}
