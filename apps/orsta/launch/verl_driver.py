"""Trains a recipe with verl on a Ray cluster: `python verl_driver.py job.json`, as the entrypoint of a Ray job.

`orsta launch --engine verl` writes job.json and the data. This file starts the reward services and then verl's own program with the
settings of the job; what verl prints of a step is in the job's log.
"""
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cluster import read_job, start_services  # noqa: E402


def main():
    job = read_job(sys.argv[1])
    import ray

    ray.init()
    urls, services = start_services(job)
    environment = dict(os.environ, VTRIUNE_URLS=",".join(urls), VTRIUNE_RUN=job["run"])
    code = subprocess.call([sys.executable, "-m", "verl.trainer.main_ppo", *job["settings"]], env=environment)
    for service in services:
        ray.kill(service)
    sys.exit(code)


if __name__ == "__main__":
    main()
