// Files of JSON lines that public bug reports are about. The reports say what is special about a file, which is made here.
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { builtins, createRegistry } from '@vtriune/verifiers';
import { describe, expect, it } from 'vitest';
import { validateFile } from './validate-file.ts';

const file = new URL('../../../../../shared/reported-cases/rewards.jsonl', import.meta.url);
const absent = !existsSync(file);

function sampleOf(model: object): object {
  return {
    data_source: 's',
    images: [],
    prompt: [{ role: 'user', content: 'é?' }],
    ability: 'counting',
    reward_model: { verifier: 'counting', ground_truth: '3', ...model },
    extra_info: { id: 'a' },
  };
}
const line = JSON.stringify(sampleOf({}));
const grounding = { verifier: 'grounding', ground_truth: '[]', verifier_parm: { iou_threshold: 0.5 } };

type Expected = number | RegExp;

/** Name of a file -> its bytes, and how many samples are right in it or what the only problem says. */
const FILES: Readonly<Record<string, readonly [string | Uint8Array, Expected]>> = {
  'bom.jsonl': [`\ufeff${line}\n`, 1],
  'utf16.jsonl': [Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(line, 'utf16le')]), /UTF-16/],
  'z.jsonl.gz': [gzipSync(line), /gzip/],
  'latin1.jsonl': [Buffer.from(`${line}\n`, 'latin1'), /UTF-8/],
  'array.json': [`[${line},\n${line}]`, /one (?:object|sample|record) a line|lines/],
  'trailcomma.jsonl': [`${line},\n`, /comma/],
  'empty.jsonl': ['', /empty|no samples|no records/],
  'crlf.jsonl': [`${line}\r\n${line}\r\n`, 2],
  'blank.jsonl': [`${line}\n\n${line}\n`, 2],
  'array.jsonl': [`[${line}]\n`, /array|list/],
  'gtlist.jsonl': [`${JSON.stringify(sampleOf({ verifier: 'text', ground_truth: ['3', 'three'] }))}\n`, 1],
  'gtnum.jsonl': [`${JSON.stringify(sampleOf({ ground_truth: 3 }))}\n`, 1],
  'gtlistpy.jsonl': [`${JSON.stringify(sampleOf({ verifier: 'text', ground_truth: "['3', 'three']" }))}\n`, 1],
  'negative.jsonl': [`${JSON.stringify(sampleOf(grounding))}\n`, 1],
};

/** Samples that are right, or every problem in one text. */
async function outcomeOf(name: string, content: string | Uint8Array): Promise<number | string> {
  const path = join(mkdtempSync(join(tmpdir(), 'orsta-lines-')), name);
  writeFileSync(path, content);
  const problems: string[] = [];
  try {
    const { samples, wrong } = await validateFile(path, {
      registry: createRegistry(builtins),
      report: (problem) => problems.push(problem),
    });
    if (problems.length > 0) return problems.join('\n');
    return samples === 0 ? 'no samples' : samples - wrong;
  } catch (error) {
    return String(error);
  }
}

function reportedNames(): string[] {
  if (absent) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((text) => /"orsta data validate jl\/([^"]+)"/.exec(text)?.[1] ?? []);
}

describe.skipIf(absent)('JSON lines of bug reports (skipped where ../shared/reported-cases is absent)', () => {
  it.each(reportedNames())('%s', async (name) => {
    const [content, expected] = FILES[name] ?? [];
    if (content === undefined || expected === undefined) throw new Error(`No file is made for "${name}". Add it to FILES.`);
    const outcome = await outcomeOf(name, content);
    if (typeof expected === 'number') expect(outcome).toBe(expected);
    else expect(String(outcome)).toMatch(expected);
  });
});
