"""The same metrics by pandas: all rollouts of a step as a table, grouped by source. The table is made before the clock starts.

    python aggregate_peer.py SOURCES ROLLOUTS STEPS     prints JSON: rollouts per second of CPU and of wall time
"""
import json
import re
import sys
import time

import pandas

SOURCES, ROLLOUTS, STEPS = map(int, sys.argv[1:4])
RESPONSE = "The image shows two cats. Let me verify: one on the left, one on the right. <answer>[12, 40, 96, 130]</answer>"
WORDS = "re-check re-evaluate re-examine re-think recheck reevaluate reexamine reevaluation rethink".split()
WORDS += ["check again", "think again", "try again", "verify", "wait", "yet"]
IOU = [f"iou_{at}_{what}" for at in (50, 75) for what in ("precision", "recall")]


def table():
    rows = range(ROLLOUTS // STEPS)
    accuracy = [1.0 if index % 3 == 0 else 0.0 for index in rows]
    return pandas.DataFrame(
        {
            "source": pandas.Categorical([f"source-{index % SOURCES}" for index in rows]),
            "sample": pandas.Categorical([f"source-{index % SOURCES}/{index // SOURCES // 8}" for index in rows]),
            "response": [f"{RESPONSE} {index}" for index in rows],
            "tokens": [20.0 + index % 50 for index in rows],
            "truncated": [0.0 for _ in rows],
            "reward": accuracy,
            "accuracy": accuracy,
            "format": [1.0 for _ in rows],
            "elapsed_ms": [1.0 for _ in rows],
            **{name: accuracy for name in IOU},
        }
    )


def metrics(frame):
    frame = frame.copy(deep=False)
    lower = frame["response"].str.lower()
    words = [f"word {word}" for word in WORDS]
    for column, word in zip(words, WORDS):
        frame[column] = lower.str.contains(word, regex=False)
    frame["reflects"] = frame[words].any(axis=1)
    frame["right"] = frame["accuracy"] == 1
    by_source = frame.groupby("source", observed=True)
    means = by_source[["reward", "accuracy", "format", "tokens", "truncated", "elapsed_ms", "reflects", *IOU, *words]].mean()
    spread = by_source[["reward", "tokens"]].std(ddof=0)
    quantiles = by_source[["tokens", "elapsed_ms"]].quantile([0.5, 0.95])
    largest = by_source[["tokens", "elapsed_ms"]].max()
    halves = frame.groupby(["source", "right"], observed=True)[["tokens", "truncated", "reflects"]].mean()
    reflecting = frame.groupby(["source", "reflects"], observed=True)["right"].mean()
    groups = frame.groupby(["source", "sample"], observed=True).agg(lowest=("reward", "min"), highest=("reward", "max"), right=("right", "max"))
    shares = groups.assign(same=groups["lowest"] == groups["highest"]).groupby("source", observed=True)[["same", "right"]].mean()
    return sum(map(len, (means, spread, quantiles, largest, halves, reflecting, shares)))


frame = table()
assert re.search("verify", frame["response"][0])
wall, cpu = time.perf_counter(), time.process_time()
for _ in range(STEPS):
    metrics(frame)
wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
print(json.dumps({"rolloutsPerSecond": round(ROLLOUTS / wall), "perCpuSecond": round(ROLLOUTS / cpu), "pandas": pandas.__version__}))
