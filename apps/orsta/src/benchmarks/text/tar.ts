/** The plain files of a tar archive by name, as views of its bytes. Each has a header of 512 bytes and is filled up to a multiple of that. */
export function filesOfTar(archive: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (let at = 0; at + 512 <= archive.length && archive[at] !== 0;) {
    const size = Number.parseInt(archive.toString('latin1', at + 124, at + 136), 8);
    const [name = ''] = archive.toString('latin1', at, at + 100).split('\0');
    files.set(name, archive.subarray(at + 512, at + 512 + size));
    at += 512 + 512 * Math.ceil(size / 512);
  }
  return files;
}
