/**
 * What went wrong, for programs. The first seven are also the `error.code` of a failed reward result.
 *
 * - `invalid_request`: the request breaks its schema, or lacks something this verifier needs (`progress`, `images`).
 * - `unknown_verifier`: no verifier of that name is registered.
 * - `invalid_parameters`: `verifier_parm` breaks the verifier's own parameter schema, or contradicts itself.
 * - `invalid_ground_truth`: the sample's ground truth cannot be read by this verifier.
 * - `timeout`: no answer within the deadline (raised by services that set one).
 * - `overloaded`: refused because too much is queued (raised by services that limit it).
 * - `verifier_error`: the verifier itself threw, left [0, 1] or returned other keys than it declares.
 * - `invalid_definition`: `defineVerifier` was given something that is not a verifier.
 * - `duplicate_verifier`: two verifiers of one name in one registry.
 * - `invalid_plugin`: a plug-in package cannot be loaded or has the wrong shape.
 * - `conformance`: `testVerifier` found violations.
 */
export type VerifierErrorCode =
  | 'invalid_request'
  | 'unknown_verifier'
  | 'invalid_parameters'
  | 'invalid_ground_truth'
  | 'timeout'
  | 'overloaded'
  | 'verifier_error'
  | 'invalid_definition'
  | 'duplicate_verifier'
  | 'invalid_plugin'
  | 'conformance';

/** The one error class of this package; branch on `code`. */
export class VerifierError extends Error {
  readonly code: VerifierErrorCode;

  constructor(code: VerifierErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'VerifierError';
    this.code = code;
  }
}
