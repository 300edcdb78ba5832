"""Rewards of `orsta serve` in TRL's GRPOTrainer, RLOOTrainer and AsyncGRPOTrainer. One file, standard library only.

    from vtriune_trl import make_reward            # orsta adapter trl --out vtriune_trl.py
    reward = make_reward(urls="http://rewards:8700", token="...", run="my-run")
    trainer = GRPOTrainer(model, reward_funcs=reward, args=args, train_dataset=dataset)

or `reward_funcs=vtriune_reward`, which takes VTRIUNE_URLS, VTRIUNE_TOKEN and VTRIUNE_RUN from the environment.

Columns of the data set: `data_source` and `reward_model` (an object or its JSON, as in Orsta-Data-47k), or its fields as columns of
their own: verifier, verifier_parm, ground_truth, accuracy_ratio, format_ratio, ...; an envelope in `ground_truth` does too. Columns
that are not of a reward request are not sent; of images only the sizes are.

A response that cannot be scored gets None, which TRL leaves out of its group (1.9 does; older ones may read it as 0). With
`on_failure="mean"` it gets the mean of the scored responses to the same prompt instead, so that it has no advantage; with "raise" it
ends the run. A service that does not answer within `deadline` seconds ends it too, unless `on_outage="fail"`. While the adapter
waits for a service it says so every ten seconds (logger `vtriune`).

The step and the number of steps come from `trainer_state`. AsyncGRPOTrainer passes none: there the clock of the service counts.
`log_sources=True` logs `reward/{data_source}` by TRL's `log_metric`; every process then has to see the same sources at every step
(before TRL gathered the names), so leave it off if unsure: the service keeps these curves anyway.
"""
from __future__ import annotations

# <splice>
from _requests import build_request, make_settings, progress_of, rows_of, text_of
from _transport import client_for, fill_with_mean, raise_failure
# </splice>

_ON_FAILURE = ("none", "mean", "raise")


def make_reward(urls=None, run=None, token=None, name="vtriune_reward", log_sources=False, **options):
    """A reward function with settings of its own, which can be pickled. `options` are the fields of Settings."""
    return _Reward(make_settings({"urls": urls, "run": run, "token": token, **options}, _ON_FAILURE), name, log_sources)


def vtriune_reward(prompts, completions, completion_ids=None, trainer_state=None, log_metric=None, log_extra=None, **columns):
    """Rewards by the service that the environment names; None for a response that cannot be scored."""
    reward = make_reward()
    return reward(prompts, completions, completion_ids, trainer_state, log_metric, log_extra, **columns)


class _Reward:
    def __init__(self, settings, name, log_sources):
        self.settings = settings
        self.__name__ = name
        self.log_sources = log_sources

    def __call__(
        self, prompts, completions, completion_ids=None, trainer_state=None, log_metric=None, log_extra=None, **columns
    ):
        progress = None
        if trainer_state is not None:
            progress = progress_of(trainer_state.global_step + 1, trainer_state.max_steps)
        rows = rows_of(columns, len(completions))
        requests = [
            build_request(text_of(completion), [row], self.settings, progress) for completion, row in zip(completions, rows)
        ]
        results = client_for(self.settings).score(requests)
        rewards = [_reward_of(result, self.settings.on_failure) for result in results]
        if self.log_sources and log_metric is not None:
            _log_sources(log_metric, requests, rewards)
        if self.settings.on_failure == "mean":
            return fill_with_mean(rewards, [repr(prompt) for prompt in prompts])
        return rewards


def _reward_of(result, on_failure):
    if result["status"] == "scored":
        return float(result["reward"])
    if on_failure == "raise":
        raise_failure(result)
    return None


def _log_sources(log_metric, requests, rewards):
    by_source = {}
    for request, reward in zip(requests, rewards):
        by_source.setdefault(request["data_source"], []).append(reward)
    for source, values in sorted(by_source.items()):
        scored = [value for value in values if value is not None]
        if scored:
            log_metric("reward/" + source, sum(scored) / len(scored))
