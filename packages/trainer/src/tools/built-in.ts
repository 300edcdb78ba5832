import type { Tool } from './tool.ts';
import { zoom } from './zoom.ts';

/** The tools of this package. */
export const TOOLS: readonly Tool[] = [zoom];
