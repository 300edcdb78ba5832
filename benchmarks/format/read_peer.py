"""Reads a data file as read-file.mjs does, with Python's means, and prints what it took, as JSON.

    python read_peer.py pydantic|pyarrow|datasets FILE

`pydantic` reads JSON lines with model_validate_json. `pyarrow` and `datasets` read Parquet and check each row with the same model; images are
not decoded. The check of <image> marks against images is the only one that pydantic does not make by itself. Misspelled fields are not looked for.
"""

import json
import resource
import sys
import time
from typing import Annotated, Any, Literal, Optional, Union

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field

Ratio = Optional[Annotated[float, Field(ge=0)]]
Name = Annotated[str, Field(min_length=1)]


class Message(BaseModel):
    role: Literal["system", "user", "assistant"]
    content: str


class RewardModel(BaseModel):
    answer: Any = None
    ground_truth: Any
    accuracy_ratio: Ratio = None
    format_ratio: Ratio = None
    verifier: Name
    verifier_parm: Optional[dict[str, Any]] = None
    coordinate_space: Optional[Literal["pixel_original", "pixel_resized", "norm_1000", "norm_1"]] = None
    style: Optional[str] = None


class ExtraInfo(BaseModel):
    model_config = ConfigDict(extra="allow")
    id: Union[str, int]
    split: Optional[str] = None


class Row(BaseModel):
    data_source: Name
    prompt: Annotated[list[Message], Field(min_length=1)]
    ability: str
    reward_model: RewardModel
    extra_info: ExtraInfo


class JsonImage(BaseModel):
    bytes: Optional[Base64Bytes] = None
    path: Optional[str] = None


class JsonRow(Row):
    images: list[JsonImage]


Bytes = bytes  # A field named bytes hides the type in its own class.


class TableImage(BaseModel):
    bytes: Optional[Bytes] = None
    path: Optional[str] = None


class TableRow(Row):
    images: list[TableImage]


def read_jsonl(path):
    with open(path, "rb") as file:
        for line in file:
            yield JsonRow.model_validate_json(line)


def read_pyarrow(path):
    import pyarrow.parquet

    for batch in pyarrow.parquet.ParquetFile(path).iter_batches(batch_size=100):
        for row in batch.to_pylist():
            yield TableRow.model_validate(row)


def read_datasets(path):
    import datasets

    rows = datasets.load_dataset("parquet", data_files=path, split="train", streaming=True)
    if rows.features is not None:
        rows = rows.cast_column("images", datasets.Sequence(datasets.Image(decode=False)))
    for row in rows:
        yield TableRow.model_validate(row)


READERS = {"pydantic": read_jsonl, "pyarrow": read_pyarrow, "datasets": read_datasets}


def main(kind, path):
    reader = READERS[kind](path)
    first = next(reader)  # Imports and compiled models are not part of reading.
    rows, size = 1, sum(len(image.bytes) for image in first.images)
    start, cpu = time.perf_counter(), time.process_time()
    for sample in reader:
        marks = sum(message.content.count("<image>") for message in sample.prompt)
        if marks != len(sample.images):
            raise ValueError(f"{marks} marks and {len(sample.images)} images")
        rows += 1
        size += sum(len(image.bytes) for image in sample.images)
    print(
        json.dumps(
            {
                "rows": rows,
                "bytes": size,
                "cpuSeconds": time.process_time() - cpu,
                "seconds": time.perf_counter() - start,
                "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
    )


main(sys.argv[1], sys.argv[2])
