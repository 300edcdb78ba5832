/** The special tokens of Qwen2.5-VL that the code here relies on. */
export const SPECIAL_TOKENS = {
  endOfText: '<|endoftext|>',
  imStart: '<|im_start|>',
  imEnd: '<|im_end|>',
  visionStart: '<|vision_start|>',
  visionEnd: '<|vision_end|>',
  imagePad: '<|image_pad|>',
  videoPad: '<|video_pad|>',
} as const;

/** The ids of the special tokens in one vocabulary. */
export interface SpecialIds {
  /** Opens a turn. */
  readonly imStart: number;
  /** Closes a turn: where generation stops. */
  readonly imEnd: number;
  /** Stands for one visual token. */
  readonly imagePad: number;
  readonly visionStart: number;
  readonly visionEnd: number;
  /** Ends a document; used for padding. */
  readonly endOfText: number;
}
