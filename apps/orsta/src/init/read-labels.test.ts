import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { beforeEach, describe, expect, it } from 'vitest';
import { checkImages } from './check-images.ts';
import { readLabels } from './read-labels.ts';

let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'orsta-labels-'));
  for (const name of ['a.png', 'b.png'])
    await sharp({ create: { width: 100, height: 50, channels: 3, background: '#fff' } }).toFile(join(folder, name));
});

function put(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

function voc(file: string, objects: string): string {
  return `<?xml version="1.0"?><annotation><filename>${file}</filename>${objects}</annotation>`;
}
const object = '<object><name>cat</name><bndbox><xmin>10</xmin><ymin>5</ymin><xmax>30</xmax><ymax>25</ymax></bndbox></object>';
function coco(fileName: string) {
  return {
    images: [
      { id: 1, file_name: fileName, width: 100, height: 50 },
      { id: 2, file_name: 'b.png' },
    ],
    annotations: [
      { id: 1, image_id: 1, category_id: 7, bbox: [10, 5, 20, 20] },
      { id: 2, image_id: 1, category_id: 7, bbox: [0, 0, 1, 1], iscrowd: 1 },
    ],
    categories: [{ id: 7, name: 'cat' }],
  };
}

const cat = { label: 'cat', box: [10, 5, 30, 25] };

/** One box in a.png, none in b.png, written in the way of every tool. */
const layouts: [string, string, Record<string, string>][] = [
  ['CSV with corners', 'csv', { 'labels.csv': 'image,label,x1,y1,x2,y2\na.png,cat,10,5,30,25\nb.png,,,,,\n' }],
  [
    'CSV with VOC names, semicolons, CRLF and BOM',
    'csv',
    { 'l.csv': '\uFEFFfilename;class;xmin;ymin;xmax;ymax\r\na.png;cat;10;5;30;25\r\nb.png;;;;;\r\n' },
  ],
  [
    'TSV with sizes and the path of another machine',
    'csv',
    { 'l.tsv': 'path\tlabel\tx\ty\tw\th\nC:\\photos\\a.png\tcat\t10\t5\t20\t20\nb.png\n'.replace('b.png\n', 'b.png\t\t\t\t\t\n') },
  ],
  [
    'JSONL with lists of boxes',
    'jsonl',
    { 'l.jsonl': '{"image":"a.png","boxes":[{"label":"cat","box":[10,5,30,25]}]}\n{"image":"b.png","boxes":[]}\n' },
  ],
  ['COCO', 'coco', { 'instances.json': JSON.stringify(coco('a.png')), 'other.json': '{}' }],
  ['VOC', 'voc', { 'Annotations/a.xml': voc('a.png', object), 'Annotations/b.xml': voc('b.png', '') }],
  ['YOLO', 'yolo', { 'labels/a.txt': '1 0.2 0.3 0.2 0.4\n', 'labels/b.txt': '', 'classes.txt': 'dog\ncat\n' }],
  [
    'YOLO with data.yaml',
    'yolo',
    { 'labels/a.txt': '1 0.2 0.3 0.2 0.4', 'labels/b.txt': '\n', 'data.yaml': 'names: { 0: dog, 1: cat }\n' },
  ],
];

describe('readLabels', () => {
  it.each(layouts)('reads %s', async (_name, format, files) => {
    for (const [name, text] of Object.entries(files)) put(name, text);
    const found = await readLabels(folder);
    expect(found.format).toBe(format);
    expect(found.images.map(({ image, boxes }) => ({ image, boxes }))).toEqual([
      { image: 'a.png', boxes: [cat] },
      { image: 'b.png', boxes: [] },
    ]);
    expect(await checkImages(folder, found.images)).toEqual({ aspect: 2 });
  });

  it('reads answers and questions', async () => {
    put('l.csv', 'file,answer,question\na.png,3,How many cups?\nb.png,blue,\n');
    const { images } = await readLabels(folder);
    expect(images).toMatchObject([
      { answer: '3', question: 'How many cups?' },
      { answer: 'blue', place: 'l.csv:3' },
    ]);
    expect(images[1]).not.toHaveProperty('question');
  });

  it('repairs swapped corners of VOC, leaves boxes without area out, and says so', async () => {
    const box = (sides: string): string => object.replace('<xmin>10</xmin>', `<xmin>${sides}</xmin>`);
    put('a.xml', voc('photos/a.png', box('50') + box('30')));
    const { images, warnings } = await readLabels(folder);
    expect(images).toEqual([{ image: 'a.png', place: 'a.xml', boxes: [{ label: 'cat', box: [30, 5, 50, 25] }] }]);
    expect(warnings).toEqual([
      'a.xml object 1: the corners of [50, 5, 30, 25] are swapped, or <xmax> and <ymax> are a width and a height; read as [30, 5, 50, 25]',
      'a.xml object 2: the box [30, 5, 30, 25] has no area and is left out',
    ]);
  });

  it('reads labels from elsewhere', async () => {
    put('../' + folder.split('/').at(-1) + '-labels/l.csv', 'image,answer\na.png,3\n');
    expect((await readLabels(folder, `${folder}-labels`)).images).toHaveLength(1);
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['no labels', {}, /2 images and no labels/],
    ['a column that names the image', { 'l.csv': 'picture,label\na.png,cat\n' }, /l\.csv:2 names no image; its columns are picture, label/],
    ['an image that is there', { 'l.csv': 'image,label\nc.png,cat\n' }, /l\.csv:2 names the image c\.png, which is not in/],
    ['numbers', { 'l.csv': 'image,x1,y1,x2,y2\na.png,1,2,wide,4\n' }, /l\.csv:2 has "wide" for a side of a box/],
    ['a table', { 'l.csv': 'image,label\na.png,cat,dog,"\n' }, /l\.csv is no table/],
    ['JSON', { 'l.jsonl': '{"image": "a.png"\n' }, /l\.jsonl:1 is no JSON object/],
    [
      'a COCO category that is there',
      { 'c.json': JSON.stringify({ ...coco('a.png'), categories: [] }) },
      /annotations\[0\]\.category_id is 7/,
    ],
    ['shares of the image in YOLO', { 'a.txt': '0 50 20 10 10' }, /a\.txt:1 is "0 50 20 10 10"/],
    ['names of all classes in YOLO', { 'classes.txt': 'cat\n', 'a.txt': '1 0.5 0.5 0.1 0.1' }, /a\.txt:1 is of class 1, .* names are cat/],
    ['names in data.yaml', { 'data.yaml': 'nc: 2\n', 'a.txt': '0 0.5 0.5 0.1 0.1' }, /data\.yaml has no names of classes/],
    [
      'COCO as it is',
      { 'c.json': JSON.stringify({ images: [{ id: 1 }], annotations: [] }) },
      /c\.json must have required property 'categories'.*give such a file/,
    ],
    [
      'a number for each side in VOC',
      { 'a.xml': voc('a.png', object.replace(/<xmin>[^<]*</, '<xmin><')) },
      /a\.xml object 1 has no whole <bndbox>: <xmin> is ""/,
    ],
    ['a whole box in VOC', { 'a.xml': voc('a.png', '<object><name>cat</name></object>') }, /a\.xml object 1 has no whole/],
  ])('asks for %s', async (_what, files, message) => {
    for (const [name, text] of Object.entries(files)) put(name, text);
    await expect(readLabels(folder)).rejects.toThrow(message);
  });
});

describe('checkImages', () => {
  it.each([
    ['beyond the image', '10,5,130,25'],
    ['with exchanged corners', '30,5,10,25'],
    ['without area', '10,5,10,25'],
  ])('names the line of a box %s', async (_what, sides) => {
    put('l.csv', `image,x1,y1,x2,y2\na.png,${sides}\n`);
    const { images } = await readLabels(folder);
    await expect(checkImages(folder, images)).rejects.toThrow(/l\.csv:2: the box .* does not fit a\.png, which is 100 x 50/);
  });

  it('names the line of an image that cannot be read', async () => {
    put('l.csv', 'image,answer\nc.png,3\n');
    put('c.png', 'not a picture');
    const { images } = await readLabels(folder);
    await expect(checkImages(folder, images)).rejects.toThrow(/l\.csv:2: c\.png is no image/);
  });
});
