"""Rewards of `orsta serve` in ms-swift's GRPO (4.x and 3.x, also Megatron). One file, standard library only.

    export VTRIUNE_URLS=http://rewards:8700 VTRIUNE_TOKEN=... VTRIUNE_RUN=my-run
    orsta adapter ms-swift --out vtriune_swift.py
    swift rlhf --rlhf_type grpo --external_plugins vtriune_swift.py --reward_funcs vtriune ...

Columns of the data set: `data_source` and `reward_model` (an object or its JSON, as in Orsta-Data-47k), or its fields as columns of
their own: verifier, verifier_parm, ground_truth (or `solution`), accuracy_ratio, format_ratio, ...; an envelope in `ground_truth` or
`solution` does too. Columns that are not of a reward request are not sent; of images only the sizes are, where they are known.

A response that cannot be scored gets the mean of the scored responses to the same prompt, so that it has no advantage: ms-swift leaves a
None out of its metrics, but sums the rewards of a response so that None counts as 0. Set VTRIUNE_ON_FAILURE=none for the plain None all the
same, or =raise to end the run. A service that does not answer within `deadline` seconds ends it too.

The step and the number of steps come from `trainer_state`. For other options, which are the fields of Settings, register a class of
your own in the same file: `class Mine(VTriuneReward): options = {"timeout": 10}` and `orms["mine"] = Mine`.
"""
from __future__ import annotations

# <splice>
from _requests import build_request, make_settings, progress_of, rows_of, text_of
from _transport import client_for, fill_with_mean, raise_failure
# </splice>

import os

try:
    from swift.rewards import orms  # 4.x
    import swift.rewards as _swift
except ImportError:
    from swift.plugin import orms  # 3.x
    import swift.plugin as _swift

_ON_FAILURE = ("mean", "none", "raise")
_Base = getattr(_swift, "AsyncORM", None)


class _Reward:
    """What both kinds of reward class of ms-swift share; see the top of the file."""

    options = {}

    def __init__(self, args=None, **kwargs):
        self.args = args
        options = {"on_failure": os.environ.get("VTRIUNE_ON_FAILURE") or None, **self.options}
        self.settings = make_settings(options, _ON_FAILURE)

    def _requests(self, completions, columns):
        state = columns.get("trainer_state")
        progress = None if state is None else progress_of(state.global_step + 1, state.max_steps)
        rows = rows_of(columns, len(completions))
        for row in rows:
            if row.get("ground_truth") is None:
                row["ground_truth"] = row.get("solution")
        return [build_request(text_of(completion), [row], self.settings, progress) for completion, row in zip(completions, rows)]

    def _rewards(self, results, columns):
        for result in results:
            if result["status"] == "failed" and self.settings.on_failure == "raise":
                raise_failure(result)
        rewards = [float(result["reward"]) if result["status"] == "scored" else None for result in results]
        if self.settings.on_failure != "mean":
            return rewards
        groups = columns.get("prompt_id") or [repr(messages[:-1]) for messages in columns.get("messages") or [[]] * len(rewards)]
        return fill_with_mean(rewards, groups)


if _Base is None:

    class VTriuneReward(_Reward, _swift.ORM):
        """The reward of the service, for versions of ms-swift without AsyncORM."""

        def __call__(self, completions, **columns):
            return self._rewards(client_for(self.settings).score(self._requests(completions, columns)), columns)

else:

    class VTriuneReward(_Reward, _Base):
        """The reward of the service."""

        async def __call__(self, completions, **columns):
            return self._rewards(await client_for(self.settings).score_async(self._requests(completions, columns)), columns)


orms["vtriune"] = VTriuneReward
