import { TrainerError } from '../errors.ts';

/**
 * Runs work on a file or folder of the caller's. What the file system refuses becomes `unusable_path`: it names the path and says why. Any
 * other error, one of this package included, stays as it is.
 */
export async function namingPath<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw new TrainerError(
      'unusable_path',
      `${shorten(path)} cannot be used: ${error.message.slice(0, 200)}. Give another path, or see to its folder: that it is there, may be written, and has room.`,
      { cause: error },
    );
  }
}

/** Whether an error comes from the file system, or from Node before it was asked, as for a path with a NUL. */
function isRefusal(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && ('syscall' in error || error.code === 'ERR_INVALID_ARG_VALUE');
}

function shorten(path: string): string {
  return path.length > 200 ? `${path.slice(0, 200)}...` : JSON.stringify(path).slice(1, -1);
}
