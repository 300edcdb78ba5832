"""Calls the adapters of verl, ms-swift and EasyR1 as these trainers call a reward, against a running `orsta serve`, and checks what comes.

    python calls.py --url http://127.0.0.1:8700 --samples data/samples.jsonl [--only verl ms-swift easyr1] [--record folder]

The samples are those of `orsta data synth`; VTRIUNE_ADAPTERS names the folder with the printed adapters. Of verl it runs the loader of
reward functions and the manager `naive`, of ms-swift the loader of plug-ins, the scoring of a batch and its advantages: the real code,
installed without what needs a GPU. EasyR1 is on no package index, so the few lines that call a reward there are done again here.
`--record` keeps the HTTP bodies and what the trainer got, one JSON file each.
"""
import argparse
import asyncio
import functools
import importlib.metadata
import importlib.util
import json
import math
import os
import sys
import types

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from load_adapter import adapter_path  # noqa: E402

BROKEN = {"verifier": "no_such_verifier"}


def read_samples(path, count):
    with open(path, encoding="utf8") as lines:
        return [json.loads(line) for line in lines][:count]


def cases(samples):
    """Pairs of a sample and a response: the right answer in its place, another one, and at last one that cannot be scored."""
    pairs = []
    for sample in samples:
        model = sample["reward_model"]
        boxed = (model.get("verifier_parm") or {}).get("answer_format") == "boxed"
        pairs.append((sample, "\\boxed{%s}" % model["answer"] if boxed else model["answer"]))
        pairs.append((sample, "\\boxed{77}" if boxed else "[]"))
    broken = {**samples[0], "reward_model": {**samples[0]["reward_model"], **BROKEN}}
    return [*pairs, (broken, pairs[0][1])]


def check(name, rewards, failed):
    """Right answers have 1, wrong ones 0, and the last is what the trainer has for a failure."""
    *scored, last = rewards
    expected = [1.0, 0.0] * (len(scored) // 2)
    if scored != expected:
        sys.exit("{}: rewards are {}, and should be {}".format(name, scored, expected))
    if last != failed and not (failed is None and math.isnan(last)):
        sys.exit("{}: the failure came as {}, and should be {}".format(name, last, failed))


def record_exchanges(names, exchanges):
    """Keeps every HTTP body that the adapter with these global names sends, and its answer."""
    servers = names["_Servers"]
    send = servers.send

    def recorded(self, method, path, body):
        answer = send(self, method, path, body)
        exchanges.append({"method": method, "path": path, "body": body, "answer": answer})
        return answer

    servers.send = recorded


def call_verl(pairs, options, exchanges):
    import numpy as np
    import torch
    from omegaconf import OmegaConf
    from tensordict import TensorDict
    from verl import DataProto
    from verl.experimental.reward_loop.reward_manager import get_reward_manager_cls
    from verl.trainer.ppo.reward import get_custom_reward_fn

    function = {"path": adapter_path("verl"), "name": "compute_score", "reward_kwargs": {"total_steps": 10, **options}}
    config = OmegaConf.create({"reward": {"custom_reward_function": function, "reward_manager": {"name": "naive"}}})
    texts = [response for _, response in pairs]
    tokenizer = types.SimpleNamespace(decode=lambda ids, skip_special_tokens: texts[int(ids[0])])

    def item(index, sample):
        ones = torch.ones((1, 4), dtype=torch.int64)
        batch = TensorDict({"prompts": ones, "responses": ones * index, "attention_mask": torch.cat([ones, ones], 1)}, batch_size=1)
        # As the data set of verl has it: the whole reward model in extra_info, and what is no JSON beside it.
        known = {"id": "{}#{}".format(sample["extra_info"]["id"], index), "split": "train", "reward_model": sample["reward_model"]}
        extra = {**sample["extra_info"], **known, "array": np.arange(3), "object": object()}
        row = {
            "data_source": sample["data_source"],
            "reward_model": sample["reward_model"],
            "extra_info": extra,
            "tool_extra_fields": {"global_steps": np.int64(3), "raw_prompt": [object()]},
            "__num_turns__": np.int32(2),
        }
        return DataProto(batch=batch, non_tensor_batch={key: boxed(value) for key, value in row.items()})

    def boxed(value):
        array = np.empty(1, dtype=object)
        array[0] = value
        return array

    async def run():
        score = get_custom_reward_fn(config)
        record_exchanges(score.args[0].__globals__, exchanges)
        manager = get_reward_manager_cls("naive")(config=config, tokenizer=tokenizer, compute_score=score)
        return await asyncio.gather(*(manager.run_single(item(index, sample)) for index, (sample, _) in enumerate(pairs)))

    results = asyncio.run(run())
    infos = [result["reward_extra_info"] for result in results]
    if len({tuple(info) for info in infos}) != 1:
        sys.exit("verl: the keys of the samples differ")
    check("verl", [result["reward_score"] for result in results], 0.0)
    if [info["failed"] for info in infos] != [0.0] * (len(infos) - 1) + [1.0]:
        sys.exit("verl: `failed` does not tell the failure")
    # Responses are decoded by several threads, so requests come in any order: what is kept is in theirs.
    sent = [request["id"] for exchange in exchanges for request in exchange["body"]["requests"]]
    return [infos[int(name.split("#")[1].split(":")[0])] for name in sent]


def call_ms_swift(pairs, options, exchanges):
    import torch
    from swift.rewards import orms
    from swift.rl_core.advantage import compute_advantages
    from swift.rl_core.data import GRPOSample
    from swift.rl_core.grpo_algorithm import compute_rewards_per_func
    from swift.utils import import_external_file

    os.environ.update(VTRIUNE_URLS=options["urls"], VTRIUNE_RUN=options["run"])
    record_exchanges(vars(import_external_file(adapter_path("ms_swift"))), exchanges)
    reward = orms["vtriune"](args=None)
    samples = []
    for index, (sample, response) in enumerate(pairs):
        messages = [*sample["prompt"], {"role": "assistant", "content": response}]
        extra = {"data_source": sample["data_source"], "reward_model": sample["reward_model"]}
        samples.append(GRPOSample(messages=messages, extra=extra, prompt_id="p{}".format(index // 2), request_id=str(index)))
    state = types.SimpleNamespace(global_step=3, max_steps=10)
    device = torch.device("cpu")
    [rewards] = compute_rewards_per_func(samples, [reward], None, device, trainer_state=state).T.tolist()
    check("ms-swift", rewards, None)
    # A failure among responses to one prompt, as it goes into the advantages.
    four = samples[:4]
    for index, sample in enumerate(four):
        sample.prompt_id = "p"
        sample.extra = {**samples[0].extra, **({} if index < 3 else {"reward_model": pairs[-1][0]["reward_model"]})}
        sample.messages = [*four[0].messages[:-1], {"role": "assistant", "content": pairs[index % 2][1]}]
    per_function = compute_rewards_per_func(four, [reward], None, device, trainer_state=state)
    advantages, _ = compute_advantages(per_function, torch.ones(1), num_generations=4)
    if abs(advantages[3].item()) > 1e-6 or advantages[0].item() <= 0:
        sys.exit("ms-swift: the failure has an advantage: {}".format(advantages.tolist()))
    return [None if math.isnan(value) else value for value in rewards]


def call_easyr1(pairs, options, exchanges):
    # verl/workers/reward/function.py of EasyR1: a module of this name, a partial of the function, one call for a batch.
    spec = importlib.util.spec_from_file_location("custom_reward_fn", adapter_path("easyr1"))
    module = importlib.util.module_from_spec(spec)
    sys.modules["custom_reward_fn"] = module
    spec.loader.exec_module(module)
    record_exchanges(vars(module), exchanges)
    reward = functools.partial(module.compute_score, total_steps=10, rewards_per_step=len(pairs), **options)
    inputs = []
    for sample, response in pairs:
        envelope = {"id": sample["extra_info"]["id"], "data_source": sample["data_source"], **sample["reward_model"]}
        inputs.append({"response": response, "response_length": len(response), "ground_truth": json.dumps(envelope)})
    scores = reward(inputs)
    check("easyr1", [score["overall"] for score in scores], 0.0)
    if any(type(value) is not float for score in scores for value in score.values()):
        sys.exit("easyr1: not all values are numbers: {}".format(scores))
    return scores


CALLS = {"verl": (call_verl, "verl"), "ms-swift": (call_ms_swift, "ms-swift"), "easyr1": (call_easyr1, None)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", required=True)
    parser.add_argument("--samples", required=True)
    parser.add_argument("--count", type=int, default=8)
    parser.add_argument("--only", nargs="+", choices=list(CALLS), default=list(CALLS))
    parser.add_argument("--record")
    given = parser.parse_args()
    pairs = cases(read_samples(given.samples, given.count))
    for name in given.only:
        call, package = CALLS[name]
        exchanges = []
        returned = call(pairs, {"urls": given.url, "run": "calls-" + name}, exchanges)
        version = importlib.metadata.version(package) if package else "its interface"
        posts = sum(exchange["method"] == "POST" for exchange in exchanges)
        print("{} ({}): {} rewards in {} POSTs, as they should be".format(name, version, len(pairs), posts), flush=True)
        if given.record:
            os.makedirs(given.record, exist_ok=True)
            with open(os.path.join(given.record, name + ".json"), "w", encoding="utf8") as file:
                json.dump({"trainer": name, "version": version, "exchanges": exchanges, "returned": returned}, file, indent=1)
                file.write("\n")


if __name__ == "__main__":
    main()
