"""One data-parallel rank of a TRL run: model, data, rewards, and what is reported."""
import collections
import os

import torch
from cluster import record
from datasets import load_dataset
from parts import freeze
from transformers import AutoModelForImageTextToText, AutoProcessor, TrainerCallback
from transformers.trainer_utils import get_last_checkpoint
from trl import GRPOConfig, GRPOTrainer
from vtriune_trl import make_reward


def train(job, urls):
    torch.set_num_threads(job["threads"])
    processor = AutoProcessor.from_pretrained(job["model"], **job["processor"])
    model = AutoModelForImageTextToText.from_pretrained(job["model"], dtype=getattr(torch, job["dtype"]))
    freeze(model, job["freeze"])
    options = {"timeout": job["rewards"]["timeout"]} if "timeout" in job["rewards"] else {}
    reward = make_reward(urls=urls, run=job["run"], token=os.environ.get("VTRIUNE_TOKEN"), **options)
    rewards = SourceRewards(reward, job["failure_limit"])
    files = {split: path for split, path in job["data"].items() if path is not None}
    data = load_dataset("parquet", data_files=files)
    settings = dict(job["settings"], output_dir=os.path.join(job["folder"], "checkpoints"))
    special = [token for token in (model.config.image_token_id, model.config.video_token_id) if token is not None]
    trainer = VisionGRPOTrainer(
        model=model,
        processing_class=processor,
        reward_funcs=rewards,
        train_dataset=data["train"],
        eval_dataset=data["test"] if "test" in data else None,
        args=GRPOConfig(**settings, generation_kwargs={"suppress_tokens": special}),
        callbacks=[Report(rewards)],
        peft_config=lora(job["adapter"]),
    )
    last = get_last_checkpoint(settings["output_dir"]) if os.path.isdir(settings["output_dir"]) else None
    if last is not None:
        print("going on from " + last, flush=True)
    trainer.train(resume_from_checkpoint=last)
    trainer.save_model(os.path.join(job["folder"], "adapter" if job["adapter"] else "model"))


def lora(settings):
    if settings is None:
        return None
    from peft import LoraConfig

    return LoraConfig(**settings)


class VisionGRPOTrainer(GRPOTrainer):
    """TRL 1.16 keeps the token types of a prompt where they were before padding, so that images of short prompts start too early."""

    def _get_per_token_logps_and_entropies(self, model, input_ids, *given, mm_token_type_ids=None, **named):
        if mm_token_type_ids is not None:
            mm_token_type_ids = (input_ids == self.model.config.image_token_id).long()
        return super()._get_per_token_logps_and_entropies(model, input_ids, *given, mm_token_type_ids=mm_token_type_ids, **named)


class SourceRewards:
    """The reward function of the run; it keeps what each source earned until the step is reported."""

    __name__ = "vtriune"

    def __init__(self, reward, failure_limit):
        self.reward = reward
        self.failure_limit = failure_limit
        self.seen = []

    def __call__(self, prompts, completions, completion_ids=None, trainer_state=None, log_metric=None, log_extra=None, **columns):
        rewards = self.reward(prompts, completions, completion_ids, trainer_state, log_metric, log_extra, **columns)
        failed = sum(reward is None for reward in rewards)
        if failed > self.failure_limit * len(rewards):
            raise RuntimeError(
                "{} of {} responses could not be scored, more than trainer.failureLimit {} allows".format(
                    failed, len(rewards), self.failure_limit
                )
            )
        self.seen.extend(zip(columns["data_source"], rewards))
        return rewards

    def take(self):
        seen, self.seen = self.seen, []
        return seen


class Report(TrainerCallback):
    """Prints the trainer's own metrics, and each source's mean reward over all ranks."""

    def __init__(self, rewards):
        self.rewards = rewards

    def on_step_end(self, args, state, control, **rest):
        own = self.rewards.take()
        ranks = [own]
        if torch.distributed.is_initialized():
            ranks = [None] * torch.distributed.get_world_size()
            torch.distributed.all_gather_object(ranks, own)
        if not state.is_world_process_zero:
            return
        sources = collections.defaultdict(list)
        for source, reward in (pair for rank in ranks for pair in rank):
            sources[source].append(reward)
        for source, given in sorted(sources.items()):
            scored = [reward for reward in given if reward is not None]
            metrics = {"reward/scored": len(scored), "reward/failed": len(given) - len(scored)}
            if scored:
                metrics["reward/total"] = sum(scored) / len(scored)
            record(step=state.global_step, steps=state.max_steps, source=source, metrics=metrics)

    def on_log(self, args, state, control, logs=None, **rest):
        if state.is_world_process_zero and logs:
            metrics = {name: value for name, value in logs.items() if isinstance(value, (int, float))}
            record(step=state.global_step, steps=state.max_steps, source="all", metrics=metrics)
