/**
 * What went wrong, for code to branch on:
 * - `backend_unavailable`: the backend asked for cannot be loaded on this machine
 * - `backend_install`: a native library cannot be unpacked, compiled or linked
 * - `download_failed`: a file cannot be downloaded, or is not the one that was announced
 * - `kernel_pack`: the wasm kernel pack does not fit the installed TensorFlow.js
 * - `invalid_safetensors`: a weight file is damaged or of another format
 * - `invalid_checkpoint`: a folder is not a complete checkpoint of this model family
 * - `unusable_path`: a file or folder cannot be listed or written
 * - `invalid_tokenizer`: a tokenizer folder lacks a file, a token or a template
 * - `invalid_image`: an image cannot be decoded or does not fit its prompt
 * - `invalid_config`: a setting is out of range or contradicts another
 * - `invalid_batch`: rows, targets or images of a batch do not fit together
 * - `out_of_memory`: an image or a prompt is larger than the backend can compute, or longer than `maxPromptTokens`
 * - `rank_failed`: a rank of a parallel engine stopped with an error
 * - `reward_failures`: more rollouts than allowed came back without a reward
 * - `invalid_plugin`: a plug-in cannot be imported, has another shape, or repeats a name
 * - `tool_failed`: a tool that the policy called threw an error
 * - `rollout_failed`: a rollout server cannot be reached, refuses a call, or answers something else than responses to the prompt
 * - `not_finite`: the loss or the gradient became NaN or infinite
 */
export type TrainerErrorCode =
  | 'backend_unavailable'
  | 'backend_install'
  | 'download_failed'
  | 'kernel_pack'
  | 'invalid_safetensors'
  | 'invalid_checkpoint'
  | 'unusable_path'
  | 'invalid_tokenizer'
  | 'invalid_image'
  | 'invalid_config'
  | 'invalid_batch'
  | 'out_of_memory'
  | 'rank_failed'
  | 'reward_failures'
  | 'invalid_plugin'
  | 'tool_failed'
  | 'rollout_failed'
  | 'not_finite';

/** The one error class of this package; branch on `code`. */
export class TrainerError extends Error {
  readonly code: TrainerErrorCode;

  constructor(code: TrainerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TrainerError';
    this.code = code;
  }
}
