"""Times pycocotools and faster-coco-eval on a ground truth and results file and prints one line of JSON.

Timed is what evaluateCoco does: from the parsed JSON in memory to the twelve numbers.
Usage: python coco-peers.py ground-truth.json detections.json
"""

import contextlib
import copy
import io
import json
import sys
import time
from importlib.metadata import version


def run(coco_class, evaluation_class, ground_truth, detections):
    ground_truth = copy.deepcopy(ground_truth)
    detections = copy.deepcopy(detections)
    with contextlib.redirect_stdout(io.StringIO()):
        started, started_cpu = time.perf_counter(), time.process_time()
        truth = coco_class()
        truth.dataset = ground_truth
        truth.createIndex()
        evaluation = evaluation_class(truth, truth.loadRes(detections), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
        seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - started_cpu
    return seconds, cpu_seconds, [float(value) for value in evaluation.stats][:12]


def summary(runs):
    seconds, cpu_seconds, stats = zip(*runs)
    return {"seconds": seconds, "cpuSeconds": cpu_seconds, "stats": stats[0]}


def main():
    with open(sys.argv[1]) as file:
        ground_truth = json.load(file)
    with open(sys.argv[2]) as file:
        detections = json.load(file)

    from faster_coco_eval import COCO as FasterCOCO, COCOeval_faster
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    faster = [run(FasterCOCO, COCOeval_faster, ground_truth, detections) for _ in range(2)]
    reference = run(COCO, COCOeval, ground_truth, detections)
    result = {
        "versions": {name: version(name) for name in ("pycocotools", "faster-coco-eval", "numpy")} | {"python": sys.version.split()[0]},
        "pycocotools": summary([reference]),
        "faster-coco-eval": summary(faster),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
