/** A picture in memory: rows from top to bottom, three bytes (red, green, blue) a pixel, `data.length === width * height * 3`. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
  /** Whether the image has the size at which the model is to see it, and must not be resized again. */
  readonly fitted?: true;
}
