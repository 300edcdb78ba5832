import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { convertVoc } from './convert-voc.ts';
import { parseVoc } from './parse-voc.ts';

function bndbox(x1: string, y1: string, x2: string, y2: string): string {
  return `<bndbox><xmin>${x1}</xmin><ymin>${y1}</ymin><xmax>${x2}</xmax><ymax>${y2}</ymax></bndbox>`;
}
const whole = bndbox('1', '2', '30', '40');
function object(name: string, box: string): string {
  return `<object><name>${name}</name>${box}</object>`;
}
function annotation(content: string, fileName = 'a.jpg'): string {
  return `<annotation><filename>${fileName}</filename><size><width>64</width><height>48</height></size>${content}</annotation>`;
}

describe('parseVoc', () => {
  it('reads labels and boxes', () => {
    const { fileName, objects, warnings } = parseVoc(annotation(object('RBC', whole)), 'a.xml');
    expect({ fileName, objects, warnings }).toEqual({
      fileName: 'a.jpg',
      objects: [{ label: 'RBC', box: [1, 2, 30, 40], place: 'a.xml object 1' }],
      warnings: [],
    });
  });

  it.each([
    ['entities', object('salt &amp; pepper &lt;3', whole), ['salt & pepper <3']],
    ['attributes', `<object id="1"><name lang="en">dog</name>${whole}</object>`, ['dog']],
    ['comments', `<!-- ${object('cat', whole)} -->${object('dog', whole)}`, ['dog']],
    ['CDATA', object('<![CDATA[a < b]]>', whole), ['a < b']],
    ['parts of an object', `<object><name>person</name>${whole}<part><name>head</name>${whole}</part></object>`, ['person']],
    [
      'sides in any order',
      '<object><bndbox><ymax>9</ymax><ymin>1</ymin><xmax>9</xmax><xmin>1</xmin></bndbox><name>dog</name></object>',
      ['dog'],
    ],
    ['labels that look like numbers', object('007', whole), ['007']],
    ['no object', '', []],
  ])('reads %s', (_, content, labels) => {
    expect(parseVoc(annotation(content), 'a.xml').objects.map(({ label }) => label)).toEqual(labels);
  });

  it.each([
    [['30', '2', '1', '40'], [1, 2, 30, 40], /a\.xml object 1: the corners of \[30, 2, 1, 40\] are swapped/],
    [['1', '40', '30', '2'], [1, 2, 30, 40], /swapped/],
    [['1.5', '2', '640', '40'], [1.5, 2, 640, 40], /goes beyond the <size> 64 x 48/],
  ])('repairs or reports %j', (sides, box, warning) => {
    const { objects, warnings } = parseVoc(annotation(object('dog', bndbox(...(sides as [string, string, string, string])))), 'a.xml');
    expect(objects).toEqual([{ label: 'dog', box, place: 'a.xml object 1' }]);
    expect(warnings).toEqual([expect.stringMatching(warning) as string]);
  });

  it('leaves boxes without area out, and says so', () => {
    const { objects, warnings } = parseVoc(annotation(object('dog', bndbox('1', '2', '1', '40'))), 'a.xml');
    expect(objects).toEqual([]);
    expect(warnings).toEqual([expect.stringMatching(/no area and is left out/) as string]);
  });

  it.each([
    ['<annotation/>', /a\.xml has no <filename>/],
    ['<annotation><filename>a.jpg</annotation>', /a\.xml is not XML: .*line 1/],
    [annotation(object('dog', '<bndbox><xmin>1</xmin></bndbox>')), /object 1 has no whole <bndbox>: <ymin> is missing/],
    [annotation(object('dog', bndbox('10,5', '2', '30', '40'))), /<xmin> is "10,5"/],
    [annotation(object('dog', bndbox('', '2', '30', '40'))), /<xmin> is ""/],
    [annotation(object('', whole)), /object 1 has no <name>/],
  ])('refuses %s', (xml, message) => {
    expect(() => parseVoc(xml, 'a.xml')).toThrow(message);
  });
});

describe('convertVoc', () => {
  function folderOf(files: Readonly<Record<string, string>>): string {
    const folder = mkdtempSync(join(tmpdir(), 'orsta-voc-'));
    for (const name of ['Annotations', 'JPEGImages']) mkdirSync(join(folder, name));
    for (const [path, content] of Object.entries(files)) writeFileSync(join(folder, path), content);
    return folder;
  }
  const convert = async (from: string): Promise<{ warnings: string[]; text: string }> => {
    const out = mkdtempSync(join(tmpdir(), 'orsta-voc-out-'));
    const warnings: string[] = [];
    await convertVoc({ from, out, warn: (message) => warnings.push(message) });
    return { warnings, text: readFileSync(join(out, 'train.jsonl'), 'utf8') };
  };

  it('finds an image whose name lacks the ending', async () => {
    const from = folderOf({ 'Annotations/a.xml': annotation(object('dog', whole), 'a'), 'JPEGImages/a.jpg': 'x' });
    expect((await convert(from)).text).toContain('images/a.jpg');
  });

  it.each(['../../etc/a.jpg', 'C:\\images\\a.jpg', 'images/a.jpg', '..'])('refuses the image %s of another folder', async (fileName) => {
    const from = folderOf({ 'Annotations/a.xml': annotation('', fileName), 'JPEGImages/a.jpg': 'x' });
    await expect(convert(from)).rejects.toThrow(`a.xml names the image ${JSON.stringify(fileName)}. A <filename> has no folder`);
  });

  it('refuses two annotations of one image, and one without its image', async () => {
    const xml = annotation(object('dog', whole));
    const twice = folderOf({ 'Annotations/a.xml': xml, 'Annotations/b.xml': xml, 'JPEGImages/a.jpg': 'x' });
    await expect(convert(twice)).rejects.toThrow(/a\.xml and b\.xml both name the image a\.jpg/);
    await expect(convert(folderOf({ 'Annotations/a.xml': xml }))).rejects.toThrow(
      /a\.xml names the image a\.jpg, which is not in JPEGImages/,
    );
  });

  const reported = fileURLToPath(new URL('../../../../../shared/reported-cases/files/voc/', import.meta.url));
  it.skipIf(!existsSync(reported))('reads the reported folders right (skipped where ../shared/reported-cases is absent)', async () => {
    const outcome = async (name: string): Promise<string> => {
      const from = mkdtempSync(join(tmpdir(), 'orsta-voc-case-'));
      cpSync(join(reported, name), from, { recursive: true });
      return convert(from).then(
        ({ warnings, text }) => `${String(warnings.length)} warnings ${text}`,
        (error: unknown) => String(error),
      );
    };
    for (const name of ['darkflow151', 'vott760', 'labelquick13', 'labelimg278'])
      expect(await outcome(name), name).toMatch(/^[1-9] warnings/);
    expect(await outcome('labelimg278')).not.toContain('Error');
    expect(await outcome('entity')).toContain('salt & pepper');
    expect(await outcome('attr')).toContain(String.raw`\"label\":\"dog\"`);
    expect(await outcome('comment')).not.toMatch(/\bcat\b/);
    expect(await outcome('path')).toContain('A <filename> has no folder');
    expect(await outcome('missingimg')).toContain('a.xml names the image a.jpg');
    expect(await outcome('part')).not.toContain('head');
    for (const name of ['part', 'order', 'ok', 'difficult', 'noext']) expect(await outcome(name), name).toMatch(/^0 warnings/);
  });
});
