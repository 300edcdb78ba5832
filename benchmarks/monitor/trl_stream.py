"""A real TRL run on a CPU that streams to `POST /v1/records` by the callback of `orsta adapter trl --with-monitor`.

    python trl_stream.py ADAPTER_FILE MODEL_FOLDER URL OUT_FOLDER
"""
import importlib.util
import os
import sys

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
import torch  # noqa: E402
from datasets import Dataset  # noqa: E402
from transformers import AutoTokenizer, Qwen2_5_VLForConditionalGeneration  # noqa: E402
from trl import GRPOConfig, GRPOTrainer  # noqa: E402

adapter_file, model_folder, url, out = sys.argv[1:5]
spec = importlib.util.spec_from_file_location("vtriune_trl", adapter_file)
adapter = importlib.util.module_from_spec(spec)
spec.loader.exec_module(adapter)
torch.set_num_threads(1)


def digits(prompts, completions, **columns):
    return [float(any(character.isdigit() for character in completion)) for completion in completions]


monitor = adapter.MonitorCallback(url, run="trl")
rows = [{"prompt": f"What is {a} + {b}?", "data_source": "even" if (a + b) % 2 == 0 else "odd"} for a in range(4) for b in range(4)]
arguments = GRPOConfig(
    output_dir=out,
    max_steps=3,
    per_device_train_batch_size=8,
    num_generations=4,
    max_completion_length=8,
    logging_steps=1,
    save_steps=3,
    report_to=[],
    use_cpu=True,
    bf16=False,
    seed=1,
)
trainer = GRPOTrainer(
    model=Qwen2_5_VLForConditionalGeneration.from_pretrained(model_folder, dtype=torch.float32),
    processing_class=AutoTokenizer.from_pretrained(model_folder),
    reward_funcs=monitor.watch(digits),
    callbacks=[monitor],
    train_dataset=Dataset.from_list(rows),
    args=arguments,
)
trainer.train()
