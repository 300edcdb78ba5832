// JSON lines: one Sample a line, read as a stream and written so that a reader never sees half a file. Lines are split at the
// newline byte only: readline would also split at U+2028, which JSON allows inside a text.
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { writeFileAtomically } from "./atomic-file.js";
import { FormatError } from "./errors.js";
import { parseSample, toSampleJson } from "./parse-sample.js";
const NEWLINE = 0x0a;
/**
 * The samples of a JSON-lines file, one line in memory at a time; blank lines are skipped.
 * A sample without an id gets `<file name>:<line>`. Throws FormatError with file and line.
 */
export async function* readJsonl(path) {
    let line = 0;
    for await (const text of readLines(path)) {
        line += 1;
        if (text.trim() === '')
            continue;
        const location = `${path}:${line}`;
        yield parseSample(parseJson(text, location), { location, defaultId: `${basename(path)}:${line}` });
    }
}
/**
 * Writes samples as JSON lines and returns their number. The file appears at once, complete and synced (temporary file and
 * rename); on an error the old file is untouched. Throws FormatError for a value that is not a Sample.
 */
export async function writeJsonl(path, samples) {
    let count = 0;
    await writeFileAtomically(path, async (file) => {
        for await (const sample of samples) {
            count += 1;
            const checked = parseSample(sample, { location: `sample ${count} of ${path}` });
            await file.write(`${JSON.stringify(toSampleJson(checked))}\n`);
        }
    });
    return count;
}
function parseJson(text, location) {
    try {
        return JSON.parse(text);
    }
    catch (cause) {
        const start = JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
        throw new FormatError('invalid_json', `the line is not JSON (${cause.message}); it starts ${start}; write one JSON object a line`, { location, cause });
    }
}
async function* readLines(path) {
    let parts = [];
    let first = true;
    const take = () => {
        const text = Buffer.concat(parts).toString('utf8');
        parts = [];
        const withoutMark = first ? text.replace(/^\uFEFF/, '') : text;
        first = false;
        return withoutMark;
    };
    for await (const chunk of openForReading(path)) {
        let start = 0;
        for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
            parts.push(chunk.subarray(start, end));
            start = end + 1;
            yield take();
        }
        if (start < chunk.length)
            parts.push(chunk.subarray(start));
    }
    if (parts.length > 0)
        yield take();
}
async function* openForReading(path) {
    try {
        yield* createReadStream(path, { highWaterMark: 1 << 18 });
    }
    catch (cause) {
        throw new FormatError('unreadable_file', `${path} cannot be read (${cause.message}); give the path of a JSON-lines file`, {
            cause,
        });
    }
}
