"""A callback that streams a TRL run to `orsta watch`. Part of the adapter that `orsta adapter trl --with-monitor` prints."""
from __future__ import annotations

import functools

from transformers import TrainerCallback

# <splice>
from _monitor import Monitor, text_of_value
from _requests import text_of
# </splice>

_METRICS = {
    "reward": "reward/total",
    "reward_std": "reward/std",
    "frac_reward_zero_std": "group/zero_variance",
    "completions/mean_length": "length/mean",
    "completions/max_length": "length/max",
    "completions/clipped_ratio": "length/truncated",
    "loss": "policy/loss",
    "entropy": "policy/entropy",
    "kl": "policy/approximate_kl",
    "clip_ratio/region_mean": "policy/clip_fraction",
    "sampling/sampling_logp_difference/mean": "policy/sampler_gap",
    "grad_norm": "optimizer/grad_norm",
    "learning_rate": "optimizer/learning_rate",
    "step_time": "time/step",
}
# The monitor makes these itself of the rollouts that it is sent.
_OF_ROLLOUTS = ("reward/total", "reward/std", "group/zero_variance")


class MonitorCallback(TrainerCallback):
    """Five lines make a TRL run visible in `orsta watch --ingest FOLDER`:

    from vtriune_trl import MonitorCallback          # orsta adapter trl --with-monitor --out vtriune_trl.py
    monitor = MonitorCallback("http://127.0.0.1:8765", run="my-run")
    reward = monitor.watch(reward)
    trainer = GRPOTrainer(model, reward_funcs=reward, callbacks=[monitor], args=args, train_dataset=dataset)
    trainer.train()

    Without `watch` only TRL's own metrics are sent. Columns that are used where the data set has them: data_source, id, ground_truth.
    """

    def __init__(self, url, run, token=None):
        self._monitor = Monitor(url, run, token)
        self._watched = False

    def watch(self, reward):
        """The same reward function; its prompts, responses and rewards are sent as rollouts."""
        self._watched = True

        @functools.wraps(reward, assigned=(), updated=())
        def watched(prompts, completions, completion_ids=None, trainer_state=None, **columns):
            rewards = reward(
                prompts=prompts, completions=completions, completion_ids=completion_ids, trainer_state=trainer_state, **columns
            )
            step = 0 if trainer_state is None else trainer_state.global_step + 1
            for index, value in enumerate(rewards):
                row = {name: column[index] for name, column in columns.items() if _has_row(column, index, len(rewards))}
                length = None if completion_ids is None else len(completion_ids[index])
                self._send(step, {"prompt": prompts[index], "response": completions[index], "reward": value, "length": length, "row": row})
            return rewards

        watched.__name__ = getattr(reward, "__name__", "reward")
        return watched

    def _send(self, step, given):
        row, prompt, response = given["row"], all_text(given["prompt"]), text_of(given["response"])
        source = str(row.get("data_source") or "default")
        sample = str(row.get("id") or row.get("index") or prompt) or "unknown"
        about = {"id": sample, "data_source": source, "verifier": "trl"}
        if given["reward"] is None:
            result = {**about, "status": "failed", "error": {"code": "not_scored", "message": "the reward function gave None"}}
        else:
            result = {**about, "status": "scored", "reward": float(given["reward"]), "components": {}, "metrics": {}}
        truth = row.get("ground_truth", row.get("solution"))
        more = {"response_tokens": given["length"], "ground_truth": None if truth is None else text_of_value(truth)}
        more = {name: value for name, value in more.items() if value is not None}
        self._monitor.rollout(source, step=step, sample=sample, prompt=prompt, response=response, result=result, **more)

    def on_log(self, args, state, control, logs=None, **_):
        if not state.is_world_process_zero:
            return
        for key, value in (logs or {}).items():
            name = _METRICS.get(key, "trl/" + key)
            if not (self._watched and (name in _OF_ROLLOUTS or key.startswith("rewards/"))):
                self._monitor.metric(state.global_step, name, value)

    def on_train_end(self, args, state, control, **_):
        if state.is_world_process_zero:
            self._monitor.end_step(state.global_step)
        self._monitor.close()


def _has_row(column, index, count):
    return isinstance(column, (list, tuple)) and len(column) == count and column[index] is not None


def all_text(prompt):
    """The text of a prompt, which is a string or a list of messages."""
    return prompt if isinstance(prompt, str) else "\n".join(text_of(message) for message in prompt)
