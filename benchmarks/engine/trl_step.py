"""Whole steps of TRL's GRPOTrainer on a CPU: `trl_step.py MODEL SAMPLES STEPS`, where SAMPLES is the file that `orsta data synth` writes.

32 prompts and 8 responses of at most 56 tokens, vision tower and connector frozen, as in recipes/nano.yaml. The reward costs nothing. Prints one line
of JSON with the seconds of every step.
"""
import json
import os
import sys
import time

os.environ.setdefault("HF_HUB_OFFLINE", "1")
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "peers"))
import torch  # noqa: E402
import transformers  # noqa: E402
import trl  # noqa: E402
from transformers import AutoProcessor, Qwen2_5_VLForConditionalGeneration, TrainerCallback  # noqa: E402
from trl import GRPOTrainer  # noqa: E402
from trl_run import config_on_cpu, read_dataset  # noqa: E402

MODEL, SAMPLES, STEPS = sys.argv[1], sys.argv[2], int(sys.argv[3])
PROMPTS, RESPONSES = 32, 8


class VisionGRPOTrainer(GRPOTrainer):
    """TRL 1.16 keeps token types where they were before a prompt was padded, so that images of short prompts start too early."""

    def _get_per_token_logps_and_entropies(self, model, input_ids, *given, mm_token_type_ids=None, **named):
        if mm_token_type_ids is not None:
            mm_token_type_ids = (input_ids == self.model.config.image_token_id).long()
        return super()._get_per_token_logps_and_entropies(model, input_ids, *given, mm_token_type_ids=mm_token_type_ids, **named)


class Clock(TrainerCallback):
    def __init__(self):
        self.ends = [time.perf_counter()]

    def on_step_end(self, *_, **__):
        self.ends.append(time.perf_counter())


lengths = []


def reward(completion_ids, **_):
    lengths.append(sum(map(len, completion_ids)) / len(completion_ids))
    return [float(sum(ids) % 2) for ids in completion_ids]


model = Qwen2_5_VLForConditionalGeneration.from_pretrained(MODEL, dtype=torch.float32)
for name, parameter in model.named_parameters():
    parameter.requires_grad_("visual" not in name)
clock = Clock()
trainer = VisionGRPOTrainer(
    model=model,
    processing_class=AutoProcessor.from_pretrained(MODEL),
    reward_funcs=reward,
    train_dataset=read_dataset(SAMPLES),
    args=config_on_cpu(
        PROMPTS,
        RESPONSES,
        output_dir="trl-step-out",
        max_steps=STEPS,
        max_completion_length=56,
        generation_kwargs={"suppress_tokens": [model.config.image_token_id, model.config.video_token_id]},
    ),
    callbacks=[clock],
)
clock.ends = [time.perf_counter()]
trainer.train()
seconds = [end - begin for begin, end in zip(clock.ends, clock.ends[1:])]
versions = f"trl {trl.__version__}, transformers {transformers.__version__}, torch {torch.__version__}"
print(json.dumps({"peer": versions, "threads": torch.get_num_threads(), "step": sorted(seconds[1:])[(len(seconds) - 1) // 2], "all": seconds, "meanLength": lengths}))
