"""What streams a verl run to `orsta watch`. Part of the adapter that `orsta adapter verl --with-monitor` prints."""
from __future__ import annotations

import functools
import inspect
import math
import os

# <splice>
from _monitor import Monitor, text_of_value
from vtriune_verl import compute_score
# </splice>

_METRICS = {
    "response_length/mean": "length/mean",
    "response_length/max": "length/max",
    "response_length/clip_ratio": "length/truncated",
    "actor/pg_loss": "policy/loss",
    "actor/entropy": "policy/entropy",
    "actor/ppo_kl": "policy/approximate_kl",
    "actor/pg_clipfrac": "policy/clip_fraction",
    "actor/grad_norm": "optimizer/grad_norm",
    "actor/lr": "optimizer/learning_rate",
    "timing_s/step": "time/step",
}


def watched(score, url=None, run=None, token=None):
    """A reward function that also sends its responses and rewards as rollouts. For a reward function of your own:

    from vtriune_verl import watched          # orsta adapter verl --with-monitor --out vtriune_verl.py
    @watched
    async def compute_score(data_source, solution_str, ground_truth, extra_info=None): ...

    with VTRIUNE_MONITOR=http://127.0.0.1:8765 and VTRIUNE_RUN=my-run in the environment. `watched_score` is that of the service.
    """

    @functools.wraps(score)
    async def compute(data_source, solution_str, ground_truth, extra_info=None, **options):
        scored = score(data_source=data_source, solution_str=solution_str, ground_truth=ground_truth, extra_info=extra_info, **options)
        scored = await scored if inspect.isawaitable(scored) else scored
        known = extra_info or {}
        sample = str(known.get("id", known.get("index", ground_truth))) or "unknown"
        # verl passes no prompt. The weights that answered are those of the step before.
        _monitor(url, run, token).rollout(
            step=int(known.get("global_steps") or 0) + 1,
            source=data_source,
            split="test" if known.get("split") in ("test", "val", "validation") else "train",
            sample=sample,
            prompt="",
            response=solution_str,
            ground_truth=text_of_value(ground_truth),
            result=_result_of(scored, sample, data_source),
        )
        return scored

    return compute


def _result_of(scored, sample, source):
    parts = scored if isinstance(scored, dict) else {"score": scored}
    about = {"id": sample, "data_source": source, "verifier": "verl"}
    if parts.get("failed") or not math.isfinite(float(parts["score"])):
        return {**about, "status": "failed", "error": {"code": "not_scored", "message": "the reward function gave no score"}}
    components = {"accuracy": float(parts["acc"])} if "acc" in parts else {}
    return {**about, "status": "scored", "reward": float(parts["score"]), "components": components, "metrics": {}}


@functools.lru_cache(maxsize=None)
def _monitor(url, run, token):
    """One for each process, made at the first record: reward functions are pickled on their way to workers."""
    address = url or os.environ.get("VTRIUNE_MONITOR")
    if not address:
        raise ValueError("No monitor is named. Pass url, or set VTRIUNE_MONITOR=http://127.0.0.1:8765, where `orsta watch --ingest FOLDER` is.")
    return Monitor(address, run or os.environ.get("VTRIUNE_RUN", "verl"), token or os.environ.get("VTRIUNE_TOKEN"))


class _Logger:
    """One of verl's loggers: its metrics under the names of the monitor, all others under `verl/`."""

    def __init__(self, monitor):
        self._monitor = monitor

    def log(self, data, step):
        for key, value in data.items():
            self._monitor.metric(step, _METRICS.get(key, "verl/" + key), value)

    def finish(self):
        self._monitor.close()


def log_to_monitor(url=None, run=None, token=None):
    """Every `Tracking` of this process that is made later logs to the monitor too.

    verl does this in all its processes with VERL_USE_EXTERNAL_MODULES=vtriune_verl and VTRIUNE_MONITOR in the environment.
    """
    from verl.utils.tracking import Tracking

    if hasattr(Tracking, "_vtriune"):
        return
    make, finish = Tracking.__init__, Tracking.finish
    Tracking._vtriune = True

    def make_with_monitor(self, *given, **named):
        make(self, *given, **named)
        self.logger["vtriune"] = _Logger(_monitor(url, run, token))

    def finish_with_monitor(self, *given, **named):
        # verl finishes the loggers that it knows by name; it calls this again when the object goes.
        own = getattr(self, "logger", {}).get("vtriune")
        finish(self, *given, **named)
        if own is not None:
            own.finish()

    Tracking.__init__, Tracking.finish = make_with_monitor, finish_with_monitor


watched_score = watched(compute_score)
if os.environ.get("VTRIUNE_MONITOR") and os.environ.get("VERL_USE_EXTERNAL_MODULES"):
    log_to_monitor()
