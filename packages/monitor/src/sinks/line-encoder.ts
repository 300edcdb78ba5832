// UTF-8 takes at most three bytes for a character of a JavaScript string.
const BYTES_PER_CHARACTER = 3;
const NEWLINE = 0x0a;
const MAX_KEPT_BYTES = 8 * 2 ** 20;

/** Turns lines into bytes, each followed by a newline. The bytes are overwritten by the next call. */
export type LineEncoder = (lines: readonly string[]) => Uint8Array;

/**
 * An encoder that keeps up to 8 MiB of memory for the next time: for many lines a second, joining them, measuring the text and new memory for it
 * would cost four times as much as encoding does.
 */
export function createLineEncoder(): LineEncoder {
  let kept = Buffer.alloc(0);
  return (lines) => {
    const most = lines.reduce((sum, line) => sum + line.length * BYTES_PER_CHARACTER + 1, 0);
    const memory = most <= kept.length ? kept : Buffer.allocUnsafeSlow(most);
    if (most <= MAX_KEPT_BYTES) kept = memory;
    let length = 0;
    for (const line of lines) {
      length += memory.write(line, length, 'utf8');
      memory[length++] = NEWLINE;
    }
    return memory.subarray(0, length);
  };
}
