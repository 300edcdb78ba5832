"""Freezes parts of a Qwen2.5-VL model in verl's FSDP engine. verl imports this file where VERL_USE_EXTERNAL_MODULES names it.

verl 0.9.1 has a setting `freeze_vision_tower`, which no code of it reads. Frozen and trained parameters share an FSDP unit, so that the
engine needs `fsdp_config.use_orig_params=True`.
"""
import functools
import os

from parts import freeze
from verl.workers.engine.fsdp.transformer_impl import FSDPEngine

def freezing(build):
    @functools.wraps(build)
    def frozen(self):
        module = build(self)
        freeze(module, [part for part in os.environ.get("VTRIUNE_FREEZE", "").split(",") if part])
        return module

    return frozen


FSDPEngine._build_module = freezing(FSDPEngine._build_module)
