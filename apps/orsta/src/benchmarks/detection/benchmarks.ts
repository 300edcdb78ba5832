import { defineBenchmark, type Benchmark } from '../contract.ts';
import { plainResponses } from '../predictions.ts';
import { filesOf, readJsonFile } from '../read-rows.ts';
import { isRecord } from '../../is-record.ts';
import { readAnnotations, readResults, type DetectionTruth } from './coco-file.ts';
import { detectionScorer } from './detection-scorer.ts';

/** COCO's detection of boxes. */
export const coco: Benchmark = defineBenchmark<DetectionTruth>({
  name: 'coco',
  title: 'COCO detection',
  sources: {
    official: "pycocotools 2.0.11, COCOeval's twelve numbers for boxes, by @vtriune/iou",
    paper: 'the mean over images of the AP of each image, all boxes with the same score',
  },
  prompts: ['official', 'paper'],
  promptOfRules: { paper: 'paper' },
  layout: 'instances_val2017.json, with the folder val2017 two levels up or beside it',
  read: (data, { images }) => readAnnotations(data, { images, folders: (set) => [set.replace(/^instances_/, '')] }),
  responses,
  emptyWhereMissing: true,
  scorer: (options) => detectionScorer(options, false),
});

/** OVDEval: open-vocabulary detection with hard negatives. */
export const ovdeval: Benchmark = defineBenchmark<DetectionTruth>({
  name: 'ovdeval',
  title: 'OVDEval',
  sources: {
    official: 'om-ai-lab/OVDEval@2ba0aa9, eval.py (NMS-AP), by @vtriune/iou',
    paper: 'the mean over images of the NMS-AP of each image, all boxes with the same score',
  },
  prompts: ['official', 'paper'],
  promptOfRules: { paper: 'paper' },
  layout: 'the folder annotations, with the folder images/<subset> beside it',
  read: (data, { images }) => readAnnotations(data, { images, folders: (set) => ['..', 'images', set] }),
  responses,
  emptyWhereMissing: true,
  scorer: (options) => detectionScorer(options, true),
});

/** COCO's results, or texts by question. */
async function* responses(path: string): AsyncGenerator<readonly [string, string]> {
  const [file] = await filesOf(path);
  const json = file?.endsWith('.json') === true ? await readJsonFile(file) : undefined;
  const first: unknown = Array.isArray(json) ? json[0] : undefined;
  const results = Array.isArray(json) && (first === undefined || (isRecord(first) && first['image_id'] !== undefined));
  yield* results ? readResults(path) : plainResponses(path);
}
