"""Rewards of `orsta serve` in verl (0.8 and later; the managers `naive` and `rate_limited`). One file, standard library only.

    export VTRIUNE_URLS=http://rewards:8700 VTRIUNE_TOKEN=... VTRIUNE_RUN=my-run
    orsta adapter verl --out vtriune_verl.py
    python -m verl.trainer.main_ppo ... reward.custom_reward_function.path=vtriune_verl.py \
        reward.custom_reward_function.name=compute_score +reward.custom_reward_function.reward_kwargs.total_steps=500

verl passes `data_source`, `reward_model.ground_truth` and `extra_info` of a row, and nothing else of `reward_model`. So put the rest
(`verifier`, `verifier_parm`, `accuracy_ratio`, ...) into `extra_info`, flat or as `extra_info["reward_model"]`, or write an envelope
as the ground truth. Of `extra_info` only these fields are sent.

Every sample gets the same keys, as verl needs: score, acc, format, failed and those of the option `keys`, 0.0 where there is none.
verl knows no "no reward": with `on_failure="zero"` a response that cannot be scored gets score 0.0 and failed 1.0 (watch `failed`, or the
failures of the run at the service), with `on_failure="raise"` it ends the step. A service that does not answer within `deadline`
seconds always ends it, unless `on_outage="fail"`.

Options (reward_kwargs): total_steps, keys, and the fields of Settings below. The step is the weight version of the rollout + 1; without
`total_steps`, or where verl passes no version (before 0.8, and the managers `dapo` and `gdpo`), the clock of the service counts.
"""
from __future__ import annotations

# <splice>
from _requests import build_request, make_settings, progress_of
from _transport import client_for, component, raise_failure
# </splice>

_ON_FAILURE = ("zero", "raise")
_OF_VERL = ("reward_router_address", "reward_model_tokenizer")


async def compute_score(data_source, solution_str, ground_truth, extra_info=None, **reward_kwargs):
    """The score of one response, and what it is made of; see the top of the file."""
    options = {name: value for name, value in reward_kwargs.items() if name not in _OF_VERL}
    total_steps = options.pop("total_steps", None)
    keys = options.pop("keys", None) or ()
    settings = make_settings(options, _ON_FAILURE)
    extra_info = extra_info or {}
    version = extra_info.get("global_steps")
    progress = None if version is None else progress_of(int(version) + 1, total_steps)
    row = {"data_source": data_source, "ground_truth": ground_truth}
    [result] = await client_for(settings).score_async([build_request(solution_str, [row, extra_info], settings, progress)])
    failed = result["status"] == "failed"
    if failed and settings.on_failure == "raise":
        raise_failure(result)
    return {
        "score": 0.0 if failed else float(result["reward"]),
        "acc": component(result, "accuracy"),
        "format": component(result, "format"),
        "failed": float(failed),
        **{str(key): component(result, str(key)) for key in keys},
    }
