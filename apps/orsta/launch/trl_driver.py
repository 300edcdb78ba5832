"""Trains a recipe with TRL's GRPOTrainer on a Ray cluster: `python trl_driver.py job.json`, as the entrypoint of a Ray job.

`orsta launch --engine trl` writes job.json and the data. Each worker of Ray Train is a data-parallel rank of TRL. Workers that fail are
started again as often as `max_failures` says, and go on from the newest checkpoint.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cluster import read_job, start_services  # noqa: E402


def main():
    import ray
    from ray.train import FailureConfig, RunConfig, ScalingConfig
    from ray.train.torch import TorchTrainer

    job = read_job(sys.argv[1])
    ray.init()
    urls, services = start_services(job)
    workers, gpus = job["workers"], job["gpus_per_worker"]
    trainer = TorchTrainer(
        train_worker,
        train_loop_config={"job": job, "urls": urls, "code": os.path.dirname(os.path.abspath(__file__))},
        scaling_config=ScalingConfig(
            num_workers=workers,
            use_gpu=gpus > 0,
            resources_per_worker={"GPU": gpus} if gpus > 0 else {"CPU": 1},
            placement_strategy="SPREAD",
        ),
        run_config=RunConfig(
            name=job["run"],
            storage_path=os.path.join(job["folder"], "ray"),
            failure_config=FailureConfig(max_failures=job["max_failures"]),
        ),
    )
    trainer.fit()
    for service in services:
        ray.kill(service)


def train_worker(config):
    """One rank. Imports are here because Ray sends this function to machines where the driver's modules are not loaded."""
    sys.path.insert(0, config["code"])
    from trl_worker import train

    train(config["job"], config["urls"])


if __name__ == "__main__":
    main()
