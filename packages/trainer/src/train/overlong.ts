/**
 * Soft overlong punishment (DAPO, arXiv 2503.14476, eq. 13), times `penalty`: nothing up to `maxNewTokens - buffer` tokens, then falling
 * linearly to `-penalty` at `maxNewTokens`. It is added to the reward from which advantages are made; the reported reward stays as it is.
 */
export function overlongPenalty(length: number, limits: { maxNewTokens: number; overlongBuffer: number; overlongPenalty: number }): number {
  const free = limits.maxNewTokens - limits.overlongBuffer;
  if (limits.overlongBuffer === 0 || length <= free) return 0;
  return (-limits.overlongPenalty * (Math.min(length, limits.maxNewTokens) - free)) / limits.overlongBuffer;
}
