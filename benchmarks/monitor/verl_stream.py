"""The reward manager and the loggers of a real verl, streaming to `POST /v1/records` by what `orsta adapter verl --with-monitor` prints.

    PYTHONPATH=FOLDER_OF_THE_ADAPTER VERL_USE_EXTERNAL_MODULES=vtriune_verl VTRIUNE_MONITOR=URL VTRIUNE_RUN=NAME python verl_stream.py OUT_FOLDER

verl trains on GPUs only. What runs here is its loader of reward functions, its manager `naive`, and its class `Tracking` with the logger `file`,
which is compared with what was streamed.
"""
import asyncio
import os
import sys
import types

[out] = sys.argv[1:]
os.environ["VERL_FILE_LOGGER_PATH"] = os.path.join(out, "verl.jsonl")
os.makedirs(out, exist_ok=True)
import numpy as np  # noqa: E402
import torch  # noqa: E402
from omegaconf import OmegaConf  # noqa: E402
from tensordict import TensorDict  # noqa: E402
from verl import DataProto  # noqa: E402
from verl.experimental.reward_loop.reward_manager import get_reward_manager_cls  # noqa: E402
from verl.trainer.ppo.reward import get_custom_reward_fn  # noqa: E402
from verl.utils.tracking import Tracking  # noqa: E402

REWARD = '''
from vtriune_verl import watched

@watched
async def compute_score(data_source, solution_str, ground_truth, extra_info=None):
    return {"score": float(solution_str == ground_truth), "acc": float(solution_str == ground_truth)}
'''
TEXTS = ["2", "3", "2", "2"]


def item(step, index):
    ones = torch.ones((1, 4), dtype=torch.int64)
    batch = TensorDict({"prompts": ones, "responses": ones * index, "attention_mask": torch.cat([ones, ones], 1)}, batch_size=1)
    row = {
        "data_source": "sums",
        "reward_model": {"ground_truth": "2"},
        "extra_info": {"id": "sum-1", "split": "train"},
        "tool_extra_fields": {"global_steps": np.int64(step - 1)},
        "__num_turns__": np.int32(2),
    }
    return DataProto(batch=batch, non_tensor_batch={key: boxed(value) for key, value in row.items()})


def boxed(value):
    array = np.empty(1, dtype=object)
    array[0] = value
    return array


with open(os.path.join(out, "reward.py"), "w", encoding="utf8") as file:
    file.write(REWARD)
config = OmegaConf.create(
    {"reward": {"custom_reward_function": {"path": os.path.join(out, "reward.py"), "name": "compute_score"}, "reward_manager": {"name": "naive"}}}
)
tokenizer = types.SimpleNamespace(decode=lambda ids, skip_special_tokens: TEXTS[int(ids[0])])
tracking = Tracking("vtriune", "verl", default_backend=["file"])


async def main():
    manager = get_reward_manager_cls("naive")(config=config, tokenizer=tokenizer, compute_score=get_custom_reward_fn(config))
    for step in (1, 2, 3):
        results = await asyncio.gather(*(manager.run_single(item(step, index)) for index in range(len(TEXTS))))
        rewards = [result["reward_score"] for result in results]
        log = {"critic/score/mean": np.mean(rewards), "actor/pg_loss": 1.0 / step, "response_length/mean": np.float32(4), "actor/entropy": float("nan")}
        tracking.log(data=log, step=step)


asyncio.run(main())
tracking.finish()
