// Takes a model from the Hugging Face Hub into the cache that Python's tools use too. Which files there are comes by @huggingface/hub; they are
// downloaded here, because its own download begins again after a break and does not compare checksums.
import { access, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { HUB_URL, HubApiError, listFiles, modelInfo, type ListFileEntry } from '@huggingface/hub';
import { TrainerError } from '../errors.ts';
import { downloadFile, type Checksum } from './download-file.ts';

/** Which model, and where it goes. */
export interface FetchModelOptions {
  /** Such as `Qwen/Qwen2.5-VL-3B-Instruct`. */
  readonly id: string;
  /** Branch, tag or commit; `main` where absent. */
  readonly revision?: string;
  /** Folder of all models, such as `~/.cache/huggingface/hub`. */
  readonly cacheFolder: string;
  /** For models that are not open to everyone. */
  readonly token?: string;
  /** Another server with the same protocol. */
  readonly hubUrl?: string;
  /** Whether the weights are wanted; true where absent. Configuration and tokenizer alone are some megabytes. */
  readonly weights?: boolean;
  readonly onBytes?: (file: string, done: number, total: number | undefined) => void;
  readonly signal?: AbortSignal;
}

/** What of a model's repository is read: no pickled weights, pictures or texts. */
const WANTED = /^[^/]+\.(json|jinja|safetensors)$|^(vocab|merges|tokenizer)[^/]*$/;
const COMMIT = /^[0-9a-f]{40}$/;

/**
 * Downloads a model, or what is missing of it, and returns its folder. A broken download goes on where it ended. Where the hub cannot be reached,
 * a revision that was downloaded whole before is taken. Throws `download_failed`.
 */
export async function fetchModel(options: FetchModelOptions): Promise<string> {
  const { id, revision = 'main', cacheFolder, weights = true } = options;
  const storage = join(cacheFolder, `models--${id.replaceAll('/', '--')}`);
  const known = await knownCommit(storage, revision);
  if (known !== undefined && COMMIT.test(revision) && (await isWhole(storage, known, weights))) return snapshotOf(storage, known);
  let commit: string;
  let files: ListFileEntry[];
  try {
    ({ sha: commit } = await modelInfo({ ...hubOptions(options), name: id, revision, additionalFields: ['sha'] }));
    files = await wantedFiles(options, commit);
    // They become names of files here.
    const odd = [commit, ...files.map((file) => checksumOf(file).value)].find((hash) => !/^[0-9a-f]{40,64}$/.test(hash));
    if (odd !== undefined) throw new TrainerError('download_failed', `it names the checksum ${JSON.stringify(odd)}`);
  } catch (error) {
    options.signal?.throwIfAborted();
    const reached = error instanceof HubApiError;
    if (!reached && known !== undefined && (await isWhole(storage, known, weights))) return snapshotOf(storage, known);
    throw unavailable(options, error);
  }
  for (const file of files) await fetchFile(options, { file, storage, commit });
  await write(join(storage, 'refs', revision), commit);
  await write(markerOf(storage, commit, weights), '');
  return snapshotOf(storage, commit);
}

async function wantedFiles(options: FetchModelOptions, commit: string): Promise<ListFileEntry[]> {
  const files: ListFileEntry[] = [];
  for await (const file of listFiles({ ...hubOptions(options), repo: options.id, revision: commit, recursive: true })) {
    const skipped = file.path.endsWith('.safetensors') && options.weights === false;
    if (file.type === 'file' && WANTED.test(file.path) && !skipped) files.push(file);
  }
  return files;
}

async function fetchFile(
  options: FetchModelOptions,
  { file, storage, commit }: { file: ListFileEntry; storage: string; commit: string },
): Promise<void> {
  const checksum = checksumOf(file);
  const blob = join(storage, 'blobs', checksum.value);
  const link = join(snapshotOf(storage, commit), file.path);
  await mkdir(dirname(blob), { recursive: true });
  await downloadFile({
    url: `${options.hubUrl ?? HUB_URL}/${options.id}/resolve/${commit}/${file.path}`,
    path: blob,
    checksum,
    ...(options.token === undefined ? {} : { headers: { authorization: `Bearer ${options.token}` } }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    onBytes: (done, total) => options.onBytes?.(file.path, done, total),
  });
  if (await exists(link)) return;
  await mkdir(dirname(link), { recursive: true });
  await symlink(relative(dirname(link), resolve(blob)), link);
}

/** What the hub says of a file's bytes: large files are in LFS, others in Git. */
function checksumOf({ lfs, oid }: ListFileEntry): Checksum {
  return lfs === undefined ? { kind: 'git', value: String(oid) } : { kind: 'sha256', value: lfs.oid };
}

function hubOptions({ hubUrl, token }: FetchModelOptions): { hubUrl?: string; accessToken?: string } {
  return { ...(hubUrl === undefined ? {} : { hubUrl }), ...(token === undefined ? {} : { accessToken: token }) };
}

async function knownCommit(storage: string, revision: string): Promise<string | undefined> {
  if (COMMIT.test(revision)) return revision;
  // No such file: the revision was never asked for.
  return readFile(join(storage, 'refs', revision), 'utf8').catch(() => undefined);
}

function snapshotOf(storage: string, commit: string): string {
  return join(storage, 'snapshots', commit);
}

/** A file that says that all of a revision was downloaded: the cache's own layout does not. */
function markerOf(storage: string, commit: string, weights: boolean): string {
  return join(storage, 'vtriune', `${commit}-${weights ? 'whole' : 'without-weights'}`);
}

async function isWhole(storage: string, commit: string, weights: boolean): Promise<boolean> {
  return (await exists(markerOf(storage, commit, true))) || (!weights && (await exists(markerOf(storage, commit, false))));
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

function unavailable({ id, revision = 'main', hubUrl = HUB_URL, token }: FetchModelOptions, error: unknown): TrainerError {
  const status = error instanceof HubApiError ? error.statusCode : undefined;
  const access = token === undefined ? 'if it is not open to everyone, set HF_TOKEN' : 'check that the token may read it';
  const problem =
    status === undefined
      ? `the hub does not answer (${error instanceof Error ? error.message : String(error)}). Check the connection`
      : status === 401 || status === 403 || status === 404
        ? `the hub answers ${String(status)}: there is no such model or revision, or it is closed. Check the spelling; ${access}`
        : `the hub answers ${String(status)}. Try again later`;
  return new TrainerError('download_failed', `${id} at ${revision} cannot be taken from ${hubUrl}: ${problem}.`, { cause: error });
}

/** A model of the hub as it is written in settings, `hub:ID` or `hub:ID@REVISION`; absent for anything else. */
export function parseHubName(name: string): { id: string; revision?: string } | undefined {
  const match = /^hub:(\w[\w.-]*\/\w[\w.-]*)(?:@(?!.*\.\.)(\w[\w./-]*))?$/.exec(name);
  if (match === null) {
    if (!name.startsWith('hub:')) return undefined;
    throw new TrainerError('invalid_config', `"${name}" is no model of the hub. Write hub:OWNER/NAME or hub:OWNER/NAME@REVISION.`);
  }
  const [, id = '', revision] = match;
  return { id, ...(revision === undefined ? {} : { revision }) };
}
