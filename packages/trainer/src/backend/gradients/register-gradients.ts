import { binaryRules, unaryRules } from './elementwise-rules.ts';
import { fusedRules } from './fused-rules.ts';
import { registerRules } from './gradient-rule.ts';
import { movementRules, reductionRules } from './shape-rules.ts';

/**
 * Registers the gradients of all kernels that this package differentiates, for every backend.
 * An operation without a rule throws in the backward pass, naming itself.
 */
export function registerGradients(): void {
  for (const rules of [unaryRules, binaryRules, movementRules, reductionRules, fusedRules]) registerRules(rules);
}
