"""Whether verl takes the settings of a launched recipe: its own configuration, validation and data classes.

    python verl_config.py job.json        # job.json of `orsta launch --engine verl`
"""
import json
import os
import sys

import verl
from hydra import compose, initialize_config_dir
from verl.trainer.ppo.utils import need_critic, need_reference_policy
from verl.utils.config import omega_conf_to_dataclass, validate_config


def main():
    with open(sys.argv[1], encoding="utf8") as file:
        job = json.load(file)
    folder = os.path.join(os.path.dirname(verl.__file__), "trainer", "config")
    with initialize_config_dir(config_dir=folder, version_base=None):
        config = compose(config_name="ppo_trainer", overrides=job["settings"])
    try:
        validate_config(config=config, use_reference_policy=need_reference_policy(config), use_critic=need_critic(config))
    except ValueError as error:
        # The last check of an adapter asks vLLM for its largest rank.
        if config.actor_rollout_ref.model.lora_rank == 0 or "vllm version None" not in str(error):
            raise
        print("vLLM is not installed: its largest rank of an adapter was not asked for")
    parts = {
        "actor": config.actor_rollout_ref.actor,
        "rollout": config.actor_rollout_ref.rollout,
        "model": config.actor_rollout_ref.model,
        "algorithm": config.algorithm,
    }
    # The class of `model` reads the model's files, which are not here.
    made = [name for name, part in parts.items() if name != "model" and omega_conf_to_dataclass(part) is not None]
    if need_critic(config):
        sys.exit("verl would train a critic")
    print("verl {} takes {} settings of {}: {} as data classes".format(verl.__version__, len(job["settings"]), job["run"], ", ".join(made)))


if __name__ == "__main__":
    main()
