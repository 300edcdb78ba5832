/**
 * What went wrong with the service, for programs. What goes wrong with one item is a `failed` result and none of these.
 *
 * - `invalid_body`: the body of a request is not what the route takes (400).
 * - `invalid_options`: the service was set up in a way that cannot work, or is not safe.
 * - `overloaded`: too much is queued; ask again later (429).
 * - `unauthorized`: no bearer token, or another one (401).
 * - `too_large`: the body is longer, or has more items, than the service takes (413).
 * - `closed`: the scorer was closed.
 * - `unavailable`: the service drains, or cannot score at the moment; ask again later, or another server (503).
 */
export type ServiceErrorCode = 'invalid_body' | 'invalid_options' | 'overloaded' | 'unauthorized' | 'too_large' | 'closed' | 'unavailable';

/** The error class of the reward service; branch on `code`. */
export class ServiceError extends Error {
  readonly code: ServiceErrorCode;

  constructor(code: ServiceErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ServiceError';
    this.code = code;
  }
}
