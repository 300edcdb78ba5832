import { open, rename, rm } from 'node:fs/promises';
/**
 * Lets `write` fill a temporary file beside `path`, syncs it to the disk and renames it to `path`.
 * When `write` throws, the temporary file is removed and `path` is as before.
 */
export async function writeFileAtomically(path, write) {
    const temporary = `${path}.${process.pid}.tmp`;
    const file = await open(temporary, 'w');
    try {
        await write(file);
        await file.sync();
        await file.close();
        await rename(temporary, path);
    }
    catch (error) {
        await file.close().catch(() => undefined);
        await rm(temporary, { force: true });
        throw error;
    }
}
