// NVIDIA's wheels have a folder for each library, and TensorFlow looks for them in most of these folders, not in all.
import { mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { TrainerError } from '../../errors.ts';

/** Folder of libraries that is not on the run path of TensorFlow's library, which needs them all the same. */
const NOT_SEARCHED = 'cusolver';
/** A folder that is. */
const SEARCHED = 'cublas';

/**
 * Links the libraries of the folder that TensorFlow does not search into one that it does: without cuSOLVER it leaves the GPU alone, though
 * nothing here calls it. Python hides this, since its packages load the libraries before TensorFlow asks. Does nothing where no CUDA libraries
 * were unpacked.
 *
 * @param folder of an install
 */
export async function linkCuda(folder: string): Promise<void> {
  const nvidia = join(folder, 'nvidia');
  const libraries = await readdir(join(nvidia, NOT_SEARCHED, 'lib')).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw cannotLink(nvidia, error);
  });
  try {
    await mkdir(join(nvidia, SEARCHED, 'lib'), { recursive: true });
    for (const library of libraries) {
      const link = join(nvidia, SEARCHED, 'lib', library);
      await rm(link, { force: true });
      await symlink(join('..', '..', NOT_SEARCHED, 'lib', library), link);
    }
  } catch (error) {
    throw cannotLink(nvidia, error);
  }
}

function cannotLink(folder: string, error: unknown): TrainerError {
  const reason = error instanceof Error ? error.message : String(error);
  return new TrainerError('backend_install', `The CUDA libraries in ${folder} could not be linked (${reason}). Check its permissions.`, {
    cause: error,
  });
}
