"""A real TRL GRPOTrainer run on a CPU whose rewards come from a running `orsta serve`, by the printed adapter.

    python trl_run.py --model apps/orsta/models/orsta-nano-base --samples data/samples.jsonl --url http://127.0.0.1:8700 --run trl-nano

The samples are those of `orsta data synth --task counting detection`. It checks what TRL was given: a reward for every response of every
step, the step by the trainer's own count, both tasks, and that training changed the weights. `--record` keeps the HTTP bodies.
"""
import argparse
import collections
import importlib.metadata
import json
import math
import os
import sys

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import torch  # noqa: E402
from load_adapter import load_adapter  # noqa: E402
from datasets import Dataset, Features, Image, Sequence, Value  # noqa: E402
from transformers import AutoProcessor, Qwen2_5_VLForConditionalGeneration  # noqa: E402
from trl import GRPOConfig, GRPOTrainer  # noqa: E402


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--model", "--samples", "--url"):
        parser.add_argument(name, required=True)
    parser.add_argument("--run", default="trl-nano")
    parser.add_argument("--token")
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--prompts", type=int, default=4, help="prompts a step")
    parser.add_argument("--responses", type=int, default=4, help="responses a prompt")
    parser.add_argument("--record")
    parser.add_argument("--out", default="trl-out")
    return parser.parse_args()


def read_dataset(path):
    """The samples as TRL has them. The reward model is JSON, because columns of two tasks have no common type."""
    folder = os.path.dirname(os.path.abspath(path))
    rows = []
    with open(path, encoding="utf8") as lines:
        for sample in map(json.loads, lines):
            [message] = sample["prompt"]
            rows.append(
                {
                    "prompt": [{"role": "user", "content": message["content"].replace("<image>", "")}],
                    "images": [os.path.join(folder, image["path"]) for image in sample["images"]],
                    "data_source": sample["data_source"],
                    "reward_model": json.dumps(sample["reward_model"]),
                    "id": sample["extra_info"]["id"],
                }
            )
    features = Features(
        {
            "prompt": [{"role": Value("string"), "content": Value("string")}],
            "images": Sequence(Image()),
            "data_source": Value("string"),
            "reward_model": Value("string"),
            "id": Value("string"),
        }
    )
    return Dataset.from_list(rows, features=features)


def config_on_cpu(prompts, responses, **more):
    """TRL's settings for so many prompts a step and responses a prompt, on a CPU; nothing is kept or sent anywhere."""
    return GRPOConfig(
        per_device_train_batch_size=prompts * responses,
        num_generations=responses,
        temperature=1.0,
        learning_rate=1e-4,
        logging_steps=1,
        save_strategy="no",
        report_to="none",
        use_cpu=True,
        bf16=False,
        gradient_checkpointing=False,
        dataloader_num_workers=0,
        seed=1,
        **more,
    )


def watch(adapter, seen, exchanges):
    """Notes every HTTP body the adapter sends, and its answer."""
    send = adapter._Servers.send

    def watched(self, method, path, body):
        answer = send(self, method, path, body)
        exchanges.append({"method": method, "path": path, "body": body, "answer": answer})
        for request, result in zip(body["requests"], answer["results"]):
            seen[request["progress"]["step"]].append((request, result))
        return answer

    adapter._Servers.send = watched


def main():
    given = read_arguments()
    torch.set_num_threads(1)
    adapter = load_adapter("trl")
    seen, exchanges, returned = collections.defaultdict(list), [], []
    watch(adapter, seen, exchanges)
    reward = adapter.make_reward(urls=given.url, run=given.run, token=given.token, log_sources=True)

    def kept(prompts, completions, completion_ids=None, trainer_state=None, log_metric=None, log_extra=None, **columns):
        returned.append(reward(prompts, completions, completion_ids, trainer_state, log_metric, log_extra, **columns))
        return returned[-1]

    kept.__name__ = reward.__name__
    model = Qwen2_5_VLForConditionalGeneration.from_pretrained(given.model, dtype=torch.float32)
    before = {name: parameter.detach().clone() for name, parameter in model.named_parameters()}
    trainer = GRPOTrainer(
        model=model,
        processing_class=AutoProcessor.from_pretrained(given.model),
        reward_funcs=kept,
        train_dataset=read_dataset(given.samples),
        args=config_on_cpu(given.prompts, given.responses, output_dir=given.out, max_steps=given.steps, max_completion_length=48),
    )
    trainer.train()
    report(given, trainer, before, seen, exchanges, returned)


def report(given, trainer, before, seen, exchanges, returned):
    count = given.prompts * given.responses
    if {step: len(pairs) for step, pairs in seen.items()} != {step: count for step in range(1, given.steps + 1)}:
        sys.exit("The steps of the requests are not those of the trainer: {}".format({step: len(pairs) for step, pairs in seen.items()}))
    pairs = [pair for step in seen.values() for pair in step]
    failed = [result for _, result in pairs if result["status"] != "scored"]
    if failed:
        sys.exit("{} of {} responses could not be scored: {}".format(len(failed), len(pairs), failed[0]["error"]))
    logged = [entry for entry in trainer.state.log_history if "reward" in entry]
    for entry, rewards in zip(logged, returned):
        if not math.isclose(entry["reward"], sum(rewards) / len(rewards), abs_tol=1e-6):
            sys.exit("TRL logged the reward {}, and was given {}".format(entry["reward"], rewards))
    changed = sum(not torch.equal(parameter.detach(), before[name]) for name, parameter in trainer.model.named_parameters())
    if changed == 0 and any(entry["reward_std"] > 0 for entry in logged):
        sys.exit("No weight has changed although the rewards differ")
    sources = collections.defaultdict(list)
    for request, result in pairs:
        sources[request["data_source"]].append(result["reward"])
    verifiers = {request["verifier"] for request, _ in pairs}
    if len(verifiers) < 2:
        sys.exit("Only one task was drawn: {}. Take more prompts or steps.".format(verifiers))
    versions = ", ".join("{} {}".format(name, importlib.metadata.version(name)) for name in ("trl", "transformers", "torch"))
    counts = "{} steps, {} rewards in {} POSTs, {} tensors changed".format(given.steps, len(pairs), len(exchanges), changed)
    print("trl ({}): {}".format(versions, counts))
    for source, rewards in sorted(sources.items()):
        print("  {:28} {:4} rewards, mean {:.3f}".format(source, len(rewards), sum(rewards) / len(rewards)))
    if given.record:
        os.makedirs(given.record, exist_ok=True)
        version = importlib.metadata.version("trl")
        with open(os.path.join(given.record, "trl.json"), "w", encoding="utf8") as file:
            json.dump({"trainer": "trl", "version": version, "exchanges": exchanges, "returned": sum(returned, [])}, file, indent=1)
            file.write("\n")


if __name__ == "__main__":
    main()
