/**
 * What went wrong with the service, for programs. What goes wrong with one item is a `failed` result and none of these.
 *
 * - `invalid_body`: the body of a request is not what the route takes (400).
 * - `invalid_options`: the service or client was set up in a way that cannot work, or is not safe.
 * - `unauthorized`: no bearer token, or another one (401).
 * - `forbidden`: a web page, or another host name, asks a service that has no token (403).
 * - `method_not_allowed`: the path is known, the method is not (405).
 * - `too_slow`: the body did not arrive in time (408).
 * - `too_large`: the body is longer, or holds more, than the service takes (413).
 * - `unsupported_media_type`: the body is not declared as JSON (415).
 * - `overloaded`: too much is queued; ask again later (429).
 * - `closed`: the scorer or client was closed.
 * - `unavailable`: the service drains, or cannot score at the moment; ask again later, or another server (503).
 */
export type ServiceErrorCode =
  | 'invalid_body'
  | 'invalid_options'
  | 'unauthorized'
  | 'forbidden'
  | 'method_not_allowed'
  | 'too_slow'
  | 'too_large'
  | 'unsupported_media_type'
  | 'overloaded'
  | 'closed'
  | 'unavailable';

/** The error class of the reward service and its client; branch on `code`. */
export class ServiceError extends Error {
  readonly code: ServiceErrorCode;

  constructor(code: ServiceErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ServiceError';
    this.code = code;
  }
}
