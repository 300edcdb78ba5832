"""Runs the Python side of a page of the guide in the folder in which its shell commands were run, with the trainer's own code.

    python guide_page.py trl|verl --page docs/guide/trl.md --folder FOLDER --url http://127.0.0.1:8700 --model FOLDER

Of the TRL page it runs the whole block but the trainer itself, for which the model would have to be downloaded; of the verl page, the settings of the
command: verl's configuration, its data set with tokenizer and processor, and its loader of reward functions. Every row must come with its images, and
the right answer to it must be paid 1.
"""
import argparse
import ast
import asyncio
import json
import os
import re
import sys


def block(page, language, having):
    with open(page, encoding="utf8") as file:
        blocks = re.findall(r"^```%s\n(.*?)^```$" % language, file.read(), re.M | re.S)
    found = [text for text in blocks if having in text]
    if len(found) != 1:
        sys.exit("{} has {} {} blocks with {}".format(page, len(found), language, having))
    return found[0]


def gold(envelope):
    label = json.loads(envelope)
    boxed = (label.get("verifier_parm") or {}).get("answer_format") == "boxed"
    return "\\boxed{%s}" % label["answer"] if boxed else label["answer"]


def check(name, rows, images, rewards):
    if rows == 0 or images == 0 or any(reward != 1.0 for reward in rewards):
        sys.exit("{}: {} rows, {} images, rewards of right answers {}".format(name, rows, images, rewards))
    print("guide page of {}: {} rows with {} images, {} rewards of right answers are 1".format(name, rows, images, len(rewards)))


def follow_trl(options):
    code = block(options.page, "python", "make_reward").replace("http://127.0.0.1:8700", options.url)
    tree = ast.parse(code)
    # The trainer loads a model from the hub, and the last line trains it. Its `args` are made all the same.
    tree.body = [node for node in tree.body if not (isinstance(node, ast.Expr) or "GRPOTrainer(" in ast.unparse(node))]
    config = re.search(r"args=(GRPOConfig\([^)]*\))", code).group(1).replace(")", ", use_cpu=True, bf16=False)")
    names = {}
    exec(compile(tree, options.page, "exec"), names)  # noqa: S102
    eval(config, names)  # noqa: S307
    dataset = names["dataset"]
    images = sum(image.width > 0 for row in dataset for image in row["images"])
    columns = {name: dataset[name][:] for name in dataset.column_names if name not in ("prompt", "images")}
    answers = [[{"role": "assistant", "content": gold(label)}] for label in dataset["ground_truth"]]
    rewards = names["reward"](prompts=dataset["prompt"][:], completions=answers, **columns)
    check("TRL", len(dataset), images, rewards)


def follow_verl(options):
    from hydra import compose, initialize_config_dir
    from transformers import AutoProcessor, AutoTokenizer

    import verl
    from verl.trainer.ppo.reward import get_custom_reward_fn
    from verl.utils.dataset.rl_dataset import RLHFDataset

    text = block(options.page, "text", "verl.trainer.main_ppo")
    os.environ.update(re.findall(r"(VTRIUNE_\w+)=(\S+)", text))
    os.environ["VTRIUNE_URLS"] = options.url
    settings = re.findall(r"^  ((?:data|reward|algorithm|trainer|actor_rollout_ref)\.\S+=\S+)| ((?:data|trainer)\.\S+=\S+)", text, re.M)
    overrides = [first or second for first, second in settings]
    with initialize_config_dir(config_dir=os.path.join(os.path.dirname(verl.__file__), "trainer", "config"), version_base=None):
        config = compose(config_name="ppo_trainer", overrides=[*overrides, "data.filter_overlong_prompts=False"])
    dataset = RLHFDataset(
        config.data.train_files,
        AutoTokenizer.from_pretrained(options.model),
        config.data,
        AutoProcessor.from_pretrained(options.model),
    )
    score = get_custom_reward_fn(config)
    rows = [dataset[index] for index in range(len(dataset))]
    contents = [message["content"] for row in rows for message in row["raw_prompt"]]
    images = sum(part["type"] == "image" for content in contents if isinstance(content, list) for part in content)

    async def score_right_answers():
        labels = [row["reward_model"]["ground_truth"] for row in rows]
        asked = zip(rows, labels)
        return await asyncio.gather(*(score(row["data_source"], gold(label), label, extra_info=row["extra_info"]) for row, label in asked))

    results = asyncio.run(score_right_answers())
    check("verl", len(dataset), images, [result["score"] for result in results])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("trainer", choices=["trl", "verl"])
    for name in ("page", "folder", "url", "model"):
        parser.add_argument("--" + name, required=True)
    options = parser.parse_args()
    os.chdir(options.folder)
    sys.path.insert(0, options.folder)
    {"trl": follow_trl, "verl": follow_verl}[options.trainer](options)


if __name__ == "__main__":
    main()
