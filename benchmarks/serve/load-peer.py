"""The peer of load.mjs: the Python packages that V-Triune's own reward server stands on, behind FastAPI.

Usage: python load-peer.py PORT     (two worker processes)
POST /rewards takes {"requests": [{"verifier", "response", "ground_truth"}]} and answers {"rewards": [...]}.
Maths: math-verify's parse and verify, with its time limits. Detection: greedy matching by label and COCO's AP by pycocotools, on one image.
"""

import contextlib
import io
import json
import re
import sys

import uvicorn
from fastapi import FastAPI
from math_verify import parse, verify
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

app = FastAPI()


def boxes_of(text):
    found = re.search(r"\[.*\]", text, re.S)
    if found is None:
        return []
    try:
        items = json.loads(found.group(0).replace("'", '"'))
        return [(item["bbox_2d"], item["label"]) for item in items if len(item["bbox_2d"]) == 4]
    except (ValueError, TypeError, KeyError):
        return []


def overlap(a, b):
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared)


def average_precision(truths, found):
    names = sorted({label for _, label in truths})
    wide = lambda box: [box[0], box[1], box[2] - box[0], box[3] - box[1]]
    truth = COCO()
    truth.dataset = {
        "images": [{"id": 1}],
        "categories": [{"id": i + 1, "name": name} for i, name in enumerate(names)],
        "annotations": [
            {"id": i + 1, "image_id": 1, "category_id": names.index(label) + 1, "bbox": wide(box), "area": wide(box)[2] * wide(box)[3], "iscrowd": 0}
            for i, (box, label) in enumerate(truths)
        ],
    }
    truth.createIndex()
    results = [
        {"image_id": 1, "category_id": names.index(label) + 1, "bbox": wide(box), "score": 1.0} for box, label in found if label in names
    ]
    if not results:
        return 0.0
    run = COCOeval(truth, truth.loadRes(results), "bbox")
    run.evaluate()
    run.accumulate()
    run.summarize()
    return float(run.stats[0])


def detection(response, ground_truth):
    truths, found = boxes_of(ground_truth), boxes_of(response)
    if not truths or not found:
        return 0.0
    left = list(truths)
    total = 0.0
    for box, label in found:
        best = max((t for t in left if t[1] == label), key=lambda t: overlap(box, t[0]), default=None)
        if best is not None:
            left.remove(best)
            total += overlap(box, best[0])
    with contextlib.redirect_stdout(io.StringIO()):
        precision = average_precision(truths, found)
    return (total / max(len(truths), len(found)) + precision) / 2


def reward(item):
    try:
        if item["verifier"] == "detection":
            return detection(item["response"], item["ground_truth"])
        return float(verify(parse(item["ground_truth"]), parse(item["response"])))
    except Exception:
        return 0.0


# Asynchronous, so that it runs in the main thread of its process: Math-Verify's time limits are signals, which other threads cannot take. In a thread of
# FastAPI's pool every call of `parse` raises at once.
@app.post("/rewards")
async def rewards(body: dict):
    return {"rewards": [reward(item) for item in body["requests"]]}


if __name__ == "__main__":
    uvicorn.run("load-peer:app", port=int(sys.argv[1]), workers=2, log_level="error", app_dir=__file__.rsplit("/", 1)[0])
