/** A picture in memory: rows from top to bottom, three bytes (red, green, blue) a pixel, `data.length === width * height * 3`. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}
