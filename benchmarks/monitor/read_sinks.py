"""Reads what sinks.mjs wrote by TensorBoard's reader, MLflow's client and the parser of prometheus-client, and checks every number.

    python read_sinks.py FOLDER MLFLOW_URL
"""
import os
import sys

import mlflow
from prometheus_client.parser import text_string_to_metric_families
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.version import VERSION

folder, url = sys.argv[1:3]


def check(what, found, expected):
    if found != expected:
        sys.exit(f"{what}: found {found!r}, expected {expected!r}")
    print(f"{what}: {found!r}"[:110])


accumulator = EventAccumulator(os.path.join(folder, "tensorboard", "train"), size_guidance={"scalars": 0, "images": 0, "tensors": 0})
accumulator.Reload()
check("tensorboard scalars", [(event.step, event.value) for event in accumulator.Scalars("policy/entropy/all")], [(1, 0.25), (2, 0.5), (3, 0.75)])
text = accumulator.Tensors("rollout/math/two/1")
check("tensorboard texts", [event.step for event in text], [1, 2, 3])
check("tensorboard text", text[0].tensor_proto.string_val[0].decode().splitlines()[0], "    reward 0")
image = accumulator.Images("rollout/math/two/1/image")[0]
check("tensorboard image", (image.width, image.height, image.encoded_image_string[1:4]), (20, 10, b"PNG"))
histogram = accumulator.Histograms("length/distribution/math/two")[0].histogram_value
check("tensorboard histogram", (histogram.min, histogram.max, histogram.num, histogram.sum), (4, 5, 2, 9))

client = mlflow.MlflowClient(tracking_uri=url)
[run] = client.search_runs([client.get_experiment_by_name("vtriune").experiment_id])
check("mlflow run", (run.info.run_name, run.info.status), ("demo", "FINISHED"))
history = client.get_metric_history(run.info.run_id, "train/reward/total/math/two")
check("mlflow metrics", [(metric.step, metric.value) for metric in history], [(1, 0.5), (2, 0.5), (3, 0.5)])
check("mlflow alarm", run.data.tags["alarm/no_signal/all"], 'step 3 warning: all "equal"')

with open(os.path.join(folder, "metrics.txt"), encoding="utf8") as lines:
    families = {family.name: family for family in text_string_to_metric_families(lines.read())}
labels = {"run": "demo", "split": "train", "source": "math/two", "name": "reward/total"}
check("prometheus", [sample.value for sample in families["vtriune_metric"].samples if sample.labels == labels], [0.5])
check("prometheus alarms", [sample.value for sample in families["vtriune_alarms"].samples], [3])
print(f"read by tensorboard {VERSION}, mlflow {mlflow.__version__}, prometheus-client")
