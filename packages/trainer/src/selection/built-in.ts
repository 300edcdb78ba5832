import { difficulty } from './difficulty.ts';
import { inOrder } from './in-order.ts';
import type { PromptSelector } from './selection.ts';
import { worstTask } from './worst-task.ts';

/** The prompt selectors of this package. */
export const SELECTORS: readonly PromptSelector[] = [inOrder, difficulty, worstTask];
