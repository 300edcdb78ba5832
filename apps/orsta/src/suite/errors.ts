/** `missing_asset`: an npm package with images is absent or damaged; `unplaceable`: no room for an object; `empty_choice`: a choice from nothing. */
export type SuiteErrorCode = 'missing_asset' | 'unplaceable' | 'empty_choice';

/** What the suite throws. */
export class SuiteError extends Error {
  readonly code: SuiteErrorCode;

  constructor(code: SuiteErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SuiteError';
    this.code = code;
  }
}
