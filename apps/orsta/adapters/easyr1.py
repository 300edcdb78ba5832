"""Rewards of `orsta serve` in EasyR1 (and forks with its reward interface). One file, standard library only.

    export VTRIUNE_URLS=http://rewards:8700 VTRIUNE_TOKEN=... VTRIUNE_RUN=my-run
    orsta adapter easyr1 --out vtriune_easyr1.py
    python -m verl.trainer.main ... worker.reward.reward_function=./vtriune_easyr1.py:compute_score \
        worker.reward.reward_function_kwargs='{"total_steps": 500, "rewards_per_step": 2560}'

EasyR1 passes the response and one string, so the `answer` column has to be an envelope: the JSON of the reward request's own
fields (data_source, verifier, verifier_parm, ground_truth, accuracy_ratio, format_ratio, split, ...). A bare string is scored by the
option `verifier`, and cannot be scored without it.

Every response gets the same keys: overall, accuracy, format, failed and those of the option `keys`, 0.0 where there is none. EasyR1
takes numbers only and knows no "no reward": with `on_failure="zero"` a response that cannot be scored gets overall 0.0 and failed 1.0
(shown as `reward/failed`), with `on_failure="raise"` it ends the run. A service that does not answer within `deadline` seconds always ends
it, unless `on_outage="fail"`.

EasyR1 tells no step. With `total_steps` and `rewards_per_step` (rollout batch size x responses a prompt) and a run name, the clock of
the service counts rewards. Set it from outside by PUT /v1/runs/{run}/progress where online filtering draws more of them, and after
the service was started again, which forgets the count.

Options (reward_function_kwargs): total_steps, rewards_per_step, keys, and the fields of Settings below.
"""
from __future__ import annotations

# <splice>
from _requests import build_request, make_settings, text_of
from _transport import client_for, component, raise_failure
# </splice>

REWARD_NAME = "vtriune"
REWARD_TYPE = "batch"

_ON_FAILURE = ("zero", "raise")
_declared = set()


def compute_score(reward_inputs, total_steps=None, rewards_per_step=None, keys=(), **options):
    """The scores of a batch, or of one response where REWARD_TYPE is set to sequential; see the top of the file."""
    if isinstance(reward_inputs, dict):
        return compute_score([reward_inputs], total_steps, rewards_per_step, keys, **options)[0]
    settings = make_settings(options, _ON_FAILURE)
    client = client_for(settings)
    _declare(client, total_steps, rewards_per_step)
    requests = [build_request(text_of(given["response"]), [given], settings) for given in reward_inputs]
    return [_score_of(result, settings.on_failure, keys or ()) for result in client.score(requests)]


def _declare(client, total_steps, rewards_per_step):
    declaration = (client.settings, total_steps, rewards_per_step)
    if total_steps is None or declaration in _declared:
        return
    client.set_progress(total_steps=total_steps, rewards_per_step=rewards_per_step)
    _declared.add(declaration)


def _score_of(result, on_failure, keys):
    failed = result["status"] == "failed"
    if failed and on_failure == "raise":
        raise_failure(result)
    return {
        "overall": 0.0 if failed else float(result["reward"]),
        "accuracy": component(result, "accuracy"),
        "format": component(result, "format"),
        "failed": float(failed),
        **{str(key): component(result, str(key)) for key in keys},
    }
