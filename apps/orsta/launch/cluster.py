"""What the drivers of all engines need on a Ray cluster: the job file, a reward service on every node, and records in the job's log."""
import ctypes
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request

RECORD = "vtriune-record "


def read_job(path):
    with open(path, encoding="utf8") as file:
        return json.load(file)


def record(**fields):
    """One line of the job's log that `orsta launch` takes into metrics.jsonl of the run."""
    print(RECORD + json.dumps(fields), flush=True)


def start_services(job):
    """URLs of the reward services: those of the job, or one started on every node that is alive. The second value keeps them alive."""
    rewards = job["rewards"]
    if "urls" in rewards:
        return rewards["urls"], []
    import ray
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    service = ray.remote(num_cpus=0, max_restarts=-1, max_task_retries=-1)(RewardService)
    nodes = [node for node in ray.nodes() if node["Alive"]]
    actors = [
        service.options(scheduling_strategy=NodeAffinitySchedulingStrategy(node["NodeID"], soft=False)).remote(
            rewards["command"],
            node["NodeManagerAddress"],
            rewards["port"] + index,
            os.path.join(job["folder"], "rewards", str(index)),
        )
        for index, node in enumerate(nodes)
    ]
    urls = ray.get([actor.url.remote() for actor in actors])
    for url in urls:
        print("reward service at " + url, flush=True)
    return urls, actors


class RewardService:
    """`orsta serve` as a child process. It is started again on the same port when it ends, and ends with this process."""

    def __init__(self, command, host, port, folder):
        self.address = "http://{}:{}".format(host, port)
        self.given = [*command, "--host", host, "--port", str(port), "--runs-dir", folder]
        self.ready = threading.Event()
        self.problem = None
        os.makedirs(folder, exist_ok=True)
        threading.Thread(target=self._keep_running, daemon=True).start()

    def url(self):
        if not self.ready.wait(timeout=180):
            self.problem = "did not answer within 180 s"
        if self.problem is not None:
            raise RuntimeError("{} {}. Its own words are above in the log; is orsta installed on this node?".format(" ".join(self.given), self.problem))
        return self.address

    def _keep_running(self):
        while True:
            child = subprocess.Popen(self.given, stdin=subprocess.DEVNULL, preexec_fn=_end_with_parent)
            while child.poll() is None and not self._answers():
                time.sleep(0.2)
            if child.poll() is None:
                self.ready.set()
            code = child.wait()
            if not self.ready.is_set():
                self.problem = "ended with {} before it answered".format(code)
                self.ready.set()
                return
            print("reward service at {} ended with {}; it is started again".format(self.address, code), flush=True)
            time.sleep(1)

    def _answers(self):
        try:
            with urllib.request.urlopen(self.address + "/readyz", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False


def _end_with_parent():
    """Linux: the kernel ends the child when its parent ends, however that happened."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)
