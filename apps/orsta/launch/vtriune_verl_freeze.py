"""Freezes parts of a Qwen2.5-VL model in verl's FSDP engine. verl imports this file where VERL_USE_EXTERNAL_MODULES names it.

verl 0.9.1 has a setting `freeze_vision_tower`, which no code of it reads. Frozen and trained parameters share an FSDP unit, so that the
engine needs `fsdp_config.use_orig_params=True`.
"""
import functools
import os

from verl.workers.engine.fsdp.transformer_impl import FSDPEngine

PARTS = {
    "connector": lambda name: ".merger." in name,
    "vit": lambda name: "visual." in name and ".merger." not in name,
    "llm": lambda name: "visual." not in name,
}


def freeze(module, parts):
    count = 0
    for name, parameter in module.named_parameters():
        if any(PARTS[part](name) for part in parts):
            parameter.requires_grad_(False)
            count += 1
    if parts and count == 0:
        raise RuntimeError("No parameter belongs to {}: the model is not laid out as Qwen2.5-VL".format(", ".join(parts)))
    return module


def freezing(build):
    @functools.wraps(build)
    def frozen(self):
        return freeze(build(self), [part for part in os.environ.get("VTRIUNE_FREEZE", "").split(",") if part])

    return frozen


FSDPEngine._build_module = freezing(FSDPEngine._build_module)
