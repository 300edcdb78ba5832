"""Tests of the Python adapters against a fake service: python3 benchmarks/peers/test_adapters.py (3.9 or later, nothing else needed).

VTRIUNE_ADAPTERS names a folder with the adapters as `orsta adapter` prints them; without it the sources are tested.
"""
import asyncio
import email.utils
import json
import math
import os
import pickle
import socket
import sys
import threading
import time
import types
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fake_service import FakeService  # noqa: E402
from load_adapter import load_adapter  # noqa: E402

for _name in ("VTRIUNE_URLS", "VTRIUNE_TOKEN", "VTRIUNE_RUN", "VTRIUNE_ON_FAILURE"):
    os.environ.pop(_name, None)
# The environment of many clusters; nothing of it may be used.
os.environ["http_proxy"] = os.environ["HTTP_PROXY"] = "http://127.0.0.1:9"

verl = load_adapter("verl")
trl = load_adapter("trl")
easyr1 = load_adapter("easyr1")

ROW = {
    "data_source": "coco",
    "reward_model": {
        "style": "rule",
        "ground_truth": "[]",
        "answer": "none",
        "verifier": "detection",
        "verifier_parm": {"iou_threshold": 0.5, "det_reward_ratio": {"map": None}, "answer_format": None},
        "accuracy_ratio": 0.9,
        "format_ratio": 0.1,
        "coordinate_space": "norm_1000",
    },
}


class Array:
    """Stands for an array or scalar of numpy, or a tensor."""

    def __init__(self, value):
        self._value = value

    def tolist(self):
        return self._value


class Image:
    """Stands for an image of Pillow."""

    def __init__(self, width, height):
        self.size = (width, height)


def state(step, steps):
    return types.SimpleNamespace(global_step=step, max_steps=steps)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Base(unittest.TestCase):
    def service(self, *answers, **options):
        service = FakeService(answers, **options)
        self.addCleanup(service.close)
        return service

    def score(self, service, *responses, **options):
        reward = trl.make_reward(urls=getattr(service, "url", service), **options)
        return reward(prompts=["p"] * len(responses), completions=list(responses), verifier=["counting"] * len(responses))


class Transport(Base):
    def test_retries_what_may_pass(self):
        service = self.service(503, 429, 500)
        self.assertEqual(self.score(service, "good", "bad"), [1.0, 0.0])
        self.assertEqual(len(service.headers), 4)
        self.assertEqual(len(service.bodies), 1)

    def test_one_try_and_its_repeats_have_one_id(self):
        service = self.service(503)
        self.score(service, "good")
        for header in ("x-request-id", "idempotency-key"):
            names = [{key.lower(): value for key, value in headers.items()}[header] for headers in service.headers]
            self.assertEqual(names[0], names[1])

    def test_waits_as_long_as_retry_after_says(self):
        times = []

        def busy(handler):
            times.append(time.monotonic())
            handler._answer(429, {}, Retry_After="1")

        service = self.service(busy)
        self.score(service, "good")
        self.assertGreaterEqual(time.monotonic() - times[0], 1.0)

    def test_reads_both_forms_of_retry_after(self):
        seconds = getattr(sys.modules.get("_transport", trl), "_seconds_of")
        self.assertEqual(seconds("7"), 7.0)
        self.assertEqual(seconds("100000"), 60.0)
        self.assertEqual(seconds("-1"), 0.0)
        for nonsense in ("", None, "soon", "nan", "inf"):
            self.assertEqual(seconds(nonsense), 0.0)
        self.assertTrue(20 < seconds(email.utils.formatdate(time.time() + 30, usegmt=True)) <= 30)

    def test_goes_to_another_server_when_one_is_dead(self):
        service = self.service()
        dead = "http://127.0.0.1:{}".format(free_port())
        for _ in range(4):
            self.assertEqual(self.score(",".join([dead, service.url]), "good"), [1.0])

    def test_waits_for_a_server_that_starts_again(self):
        port = free_port()
        started = []
        threading.Timer(0.5, lambda: started.append(FakeService(port=port))).start()
        self.assertEqual(self.score("http://127.0.0.1:{}".format(port), "good"), [1.0])
        started[0].close()

    def test_says_what_it_waits_for(self):
        dead = "http://127.0.0.1:{}".format(free_port())
        with self.assertLogs("vtriune", "WARNING") as logged, self.assertRaisesRegex(RuntimeError, "No reward service"):
            self.score(dead, "good", deadline=3.0)
        said = [line for line in logged.output if "Waiting for the reward service" in line]
        self.assertEqual(len(said), 1)
        self.assertIn(dead, said[0])

    def test_does_not_repeat_what_cannot_pass(self):
        service = self.service(token="secret")
        with self.assertRaisesRegex(RuntimeError, "401.*send the token"):
            self.score(service, "good", token="wrong")
        self.assertEqual(len(service.headers), 1)
        self.assertEqual(self.score(service, "good", token="secret"), [1.0])

    def test_an_outage_raises_or_fails_as_asked(self):
        dead = "http://127.0.0.1:{}".format(free_port())
        with self.assertRaisesRegex(RuntimeError, "No reward service"):
            self.score(dead, "good", deadline=0.3)
        self.assertEqual(self.score(dead, "good", deadline=0.3, on_outage="fail"), [None])

    def test_a_server_that_hangs_ends_with_the_timeout(self):
        release = threading.Event()
        self.addCleanup(release.set)
        service = self.service(lambda handler: release.wait(20))
        self.assertEqual(self.score(service, "good", timeout=0.3), [1.0])

    def test_takes_no_redirect_and_no_foreign_answer(self):
        elsewhere = self.service()
        service = self.service(lambda handler: handler._answer(302, {}, Location=elsewhere.url + "/v1/rewards"))
        with self.assertRaisesRegex(RuntimeError, "302"):
            self.score(service, "good", token="secret")
        self.assertEqual(elsewhere.headers, [])
        for foreign in (b"<html>", b'{"results": []}', b'{"results": [{"id": "x", "reward": 1}]}', b"[]", b"[" * 100_000):
            service = self.service(lambda handler, body=foreign: handler._answer(200, body))
            with self.assertRaisesRegex(RuntimeError, "orsta serve"):
                self.score(service, "good")

    def test_a_reward_that_is_no_number_is_a_failure(self):
        service = self.service()
        service.score = lambda request: {"id": request["id"], "status": "scored", "reward": None}
        self.assertEqual(self.score(service, "good"), [None])

    def test_sends_smaller_bodies_when_one_is_too_large(self):
        service = self.service(largest=3)
        self.assertEqual(self.score(service, *["good", "bad"] * 5), [1.0, 0.0] * 5)

    def test_asks_again_for_items_that_found_the_queue_full(self):
        service = self.service()
        self.assertEqual(self.score(service, "good", "busy"), [1.0, 1.0])
        self.assertEqual([len(body["requests"]) for body in service.bodies], [2, 1])

    def test_large_batches_are_cut(self):
        service = self.service()
        self.assertEqual(self.score(service, *["good"] * 25, max_batch=10), [1.0] * 25)
        self.assertEqual(sorted(len(body["requests"]) for body in service.bodies), [5, 10, 10])

    def test_ids_are_unique(self):
        service = self.service()
        reward = trl.make_reward(urls=service.url)
        reward(prompts=["p"] * 3, completions=["good"] * 3, id=["a"] * 3)
        ids = [request["id"] for request in service.requests]
        self.assertEqual(len(set(ids)), 3)
        self.assertTrue(all(one.startswith("a:") for one in ids))

    @unittest.skipUnless(hasattr(os, "fork"), "no fork here")
    def test_works_after_a_fork(self):
        service = self.service()
        self.score(service, "good")
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                os.write(write, json.dumps(self.score(service, "good", "bad")).encode())
            finally:
                os._exit(0)
        os.close(write)
        with os.fdopen(read) as answer:
            self.assertEqual(answer.read(), "[1.0, 0.0]")
        os.waitpid(child, 0)


class Settings(Base):
    def test_come_from_the_environment(self):
        service = self.service(token="secret")
        os.environ.update(VTRIUNE_URLS=service.url + "/", VTRIUNE_TOKEN="secret", VTRIUNE_RUN="a run")
        try:
            self.assertEqual(trl.vtriune_reward(["p"], ["good"], verifier=["counting"]), [1.0])
        finally:
            for name in ("URLS", "TOKEN", "RUN"):
                del os.environ["VTRIUNE_" + name]
        self.assertEqual(service.bodies[0]["run"], "a run")

    def test_name_what_is_wrong(self):
        for options, message in (
            ({}, "VTRIUNE_URLS"),
            ({"urls": "localhost:1"}, "http://"),
            ({"urls": "http://a", "on_failure": "zero"}, "none, mean, raise"),
            ({"urls": "http://a", "on_outage": "x"}, "raise, fail"),
            ({"urls": "http://a", "tiemout": 1}, "tiemout.*timeout"),
        ):
            with self.assertRaisesRegex((ValueError, TypeError), message):
                trl.make_reward(**options)


class Requests(Base):
    def sent(self, **columns):
        service = self.service()
        trl.make_reward(urls=service.url)(prompts=["p"], completions=["good"], **{key: [value] for key, value in columns.items()})
        [request] = service.requests
        json.dumps(request, allow_nan=False)
        return {name: value for name, value in request.items() if name not in ("id", "response")}

    def test_are_made_from_a_reward_model(self):
        expected = {
            "data_source": "coco",
            "verifier": "detection",
            "verifier_parm": {"iou_threshold": 0.5, "coordinate_space": "norm_1000"},
            "ground_truth": "[]",
            "answer": "none",
            "accuracy_ratio": 0.9,
            "format_ratio": 0.1,
        }
        self.assertEqual(self.sent(**ROW), expected)
        self.assertEqual(self.sent(data_source="coco", reward_model=json.dumps(ROW["reward_model"])), expected)
        flat = {key: value for key, value in ROW["reward_model"].items() if key != "style"}
        self.assertEqual(self.sent(data_source="coco", **flat), expected)
        self.assertEqual(self.sent(data_source="coco", **{**flat, "verifier_parm": json.dumps(flat["verifier_parm"])}), expected)

    def test_are_made_from_an_envelope(self):
        envelope = {"id": "s1", "data_source": "coco", "verifier": "counting", "ground_truth": "3", "split": "validation"}
        expected = {"data_source": "coco", "verifier": "counting", "ground_truth": "3", "split": "test"}
        self.assertEqual(self.sent(ground_truth=json.dumps(envelope), verifier="math"), expected)
        # JSON that is no envelope is the ground truth itself, as it was written.
        for bare in ('[{"bbox_2d": [1, 2, 3, 4]}]', '{"a": 1}', "{1, 2}", "[" * 100_000):
            self.assertEqual(self.sent(ground_truth=bare)["ground_truth"], bare)

    def test_take_several_verifiers(self):
        rewards = [{"verifier": "a", "weight": 2, "verifier_parm": {"x": 1}}, {"verifier": "b", "name": None}]
        request = self.sent(ground_truth="1", rewards=rewards, coordinate_space="norm_1")
        self.assertEqual(request["verifier"], "a+b")
        self.assertEqual(
            request["rewards"],
            [{"verifier": "a", "weight": 2, "verifier_parm": {"coordinate_space": "norm_1", "x": 1}}, {"verifier": "b"}],
        )

    def test_hold_nothing_but_their_fields_as_json(self):
        request = self.sent(
            ground_truth=Array("7"),
            verifier="counting",
            verifier_parm={"limit": Array(3), "photo": Image(1, 1), "list": Array([1, Array(2)])},
            accuracy_ratio=math.nan,
            format_ratio=Array(0.5),
            raw_prompt=[{"content": Image(4, 4)}],
            secret="not sent",
            images=[Image(640, 480), Image(8, 9)],
        )
        self.assertEqual(
            request,
            {
                "data_source": "unknown",
                "verifier": "counting",
                "verifier_parm": {"limit": 3, "list": [1, 2]},
                "ground_truth": "7",
                "format_ratio": 0.5,
                "images": [{"width": 640, "height": 480}, {"width": 8, "height": 9}],
            },
        )

    def test_pass_on_a_text_that_python_alone_takes_for_json(self):
        # The service says what is wrong with it; as numbers, NaN and infinity could not be sent, nor what is in the same batch.
        for text in ('{"iou_threshold": NaN}', '{"iou_threshold": -Infinity}'):
            self.assertEqual(self.sent(verifier="a", verifier_parm=text)["verifier_parm"], text)

    def test_leave_out_sizes_unless_all_are_known(self):
        self.assertNotIn("images", self.sent(verifier="a", images=[Image(1, 2), {"path": "x.png"}]))
        sized = [{"width": 1, "height": 2, "resized_width": 3, "resized_height": 4, "path": "x"}]
        self.assertEqual(self.sent(verifier="a", image_sizes=sized)["images"][0]["resized_width"], 3)

    def test_an_answer_of_other_files_is_not_ours(self):
        self.assertNotIn("answer", self.sent(ground_truth="1", answer="long text"))


class Verl(Base):
    def call(self, service, response, extra_info=None, **kwargs):
        given = {"data_source": "coco", "solution_str": response, "ground_truth": "[]", "extra_info": extra_info}
        return asyncio.run(verl.compute_score(**given, urls=service.url, **kwargs))

    def test_gives_the_same_keys_to_all(self):
        service = self.service()
        found = [
            self.call(service, "good", {"verifier": "detection"}, keys=["map", "length"]),
            self.call(service, "bad", {"verifier": "math"}, keys=["map", "length"]),
            self.call(service, "broken", None, keys=["map", "length"]),
        ]
        self.assertEqual(found[0], {"score": 1.0, "acc": 1.0, "format": 1.0, "failed": 0.0, "map": 0.25, "length": 4.0})
        self.assertEqual(found[1], {"score": 0.0, "acc": 0.0, "format": 1.0, "failed": 0.0, "map": 0.0, "length": 4.0})
        self.assertEqual(found[2], {"score": 0.0, "acc": 0.0, "format": 0.0, "failed": 1.0, "map": 0.0, "length": 0.0})
        self.assertEqual(len({tuple(one) for one in found}), 1)

    def test_raises_for_a_failure_when_asked(self):
        with self.assertRaisesRegex(RuntimeError, "could not be scored.*verifier_error"):
            self.call(self.service(), "broken", on_failure="raise")

    def test_fifty_at_once_are_few_posts(self):
        service = self.service()

        async def all_at_once():
            given = {"data_source": "coco", "ground_truth": "1", "extra_info": {"verifier": "counting"}, "urls": service.url}
            return await asyncio.gather(
                *(verl.compute_score(solution_str="good" if index % 3 == 0 else "bad", **given) for index in range(50))
            )

        scores = asyncio.run(all_at_once())
        self.assertEqual([one["score"] for one in scores], [float(index % 3 == 0) for index in range(50)])
        self.assertLessEqual(len(service.bodies), 5)
        self.assertEqual(len(service.requests), 50)

    def test_threads_and_event_loops_share_posts(self):
        service = self.service()
        scores = []
        threads = [
            threading.Thread(target=lambda: scores.append(self.call(service, "good", window=0.2)["score"])) for _ in range(20)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(scores, [1.0] * 20)
        self.assertLessEqual(len(service.bodies), 5)

    def test_a_task_that_is_cancelled_harms_no_other(self):
        service = self.service()

        async def cancel_one():
            given = {"data_source": "a", "ground_truth": "1", "urls": service.url, "window": 0.1}
            tasks = [asyncio.create_task(verl.compute_score(solution_str="good", **given)) for _ in range(3)]
            await asyncio.sleep(0.01)
            tasks[1].cancel()
            return await asyncio.gather(*tasks, return_exceptions=True)

        first, second, third = asyncio.run(cancel_one())
        self.assertEqual((first["score"], third["score"]), (1.0, 1.0))
        self.assertIsInstance(second, asyncio.CancelledError)
        self.assertEqual(len(service.requests), 2)

    def test_knows_the_step_where_verl_tells_it(self):
        service = self.service()
        extra = {"verifier": "detection", "global_steps": 4, "split": "train", "index": 12, "raw_prompt": [Image(1, 1)], "num_turns": None}
        self.call(service, "good", extra, total_steps=10)
        self.call(service, "good", extra)
        first, second = service.requests
        self.assertEqual(first["progress"], {"step": 5, "total_steps": 10})
        self.assertEqual(first["split"], "train")
        self.assertTrue(first["id"].startswith("12:"))
        self.assertNotIn("progress", second)

    def test_ignores_what_verl_adds_for_reward_models(self):
        found = self.call(self.service(), "good", reward_router_address="x", reward_model_tokenizer=object())
        self.assertEqual(found["score"], 1.0)


class Trl(Base):
    COLUMNS = {"data_source": ["a", "a", "b", "b"], "verifier": ["counting"] * 4, "ground_truth": ["1"] * 4}

    def rewards(self, completions, prompts=("p", "p", "q", "q"), columns=None, **options):
        service = self.service()
        reward = trl.make_reward(urls=service.url, **{key: value for key, value in options.items() if key != "call"})
        return service, reward(
            prompts=list(prompts), completions=completions, completion_ids=[[1]] * 4, **(columns or self.COLUMNS), **options.get("call", {})
        )

    def test_none_for_a_failure(self):
        _, rewards = self.rewards(["good", "broken", "bad", "broken"])
        self.assertEqual(rewards, [1.0, None, 0.0, None])

    def test_mean_of_the_group_or_error_when_asked(self):
        _, rewards = self.rewards(["good", "broken", "broken", "broken"], on_failure="mean")
        self.assertEqual(rewards, [1.0, 1.0, None, None])
        with self.assertRaisesRegex(RuntimeError, "could not be scored"):
            self.rewards(["good", "broken", "bad", "bad"], on_failure="raise")

    def test_reads_conversations(self):
        said = [
            [{"role": "assistant", "content": "good"}],
            [{"role": "assistant", "content": None}, {"role": "tool", "content": "x"}, {"role": "assistant", "content": "good"}],
            [{"role": "assistant", "content": [{"type": "text", "text": "go"}, {"type": "text", "text": "od"}]}],
            [{"role": "assistant", "content": None}],
        ]
        service, rewards = self.rewards(said)
        self.assertEqual(rewards, [1.0, 1.0, 1.0, 0.0])
        self.assertEqual(service.requests[3]["response"], "")

    def test_tells_the_step(self):
        service, _ = self.rewards(["good"] * 4, call={"trainer_state": state(0, 8)})
        self.assertEqual(service.requests[0]["progress"], {"step": 1, "total_steps": 8})
        service, _ = self.rewards(["good"] * 4, call={"trainer_state": state(8, 8)})
        self.assertEqual(service.requests[0]["progress"], {"step": 8, "total_steps": 8})
        service, _ = self.rewards(["good"] * 4, call={"trainer_state": state(0, -1)})
        self.assertNotIn("progress", service.requests[0])

    def test_logs_sources_only_when_asked(self):
        logged = []
        call = {"log_metric": lambda name, value: logged.append((name, value)), "log_extra": None}
        self.rewards(["good", "bad", "good", "broken"], call=call)
        self.assertEqual(logged, [])
        self.rewards(["good", "bad", "good", "broken"], log_sources=True, call=call)
        self.assertEqual(logged, [("reward/a", 0.5), ("reward/b", 1.0)])

    def test_has_a_name_and_can_be_pickled(self):
        reward = trl.make_reward(urls="http://a", run="r", name="my_reward")
        copied = pickle.loads(pickle.dumps(reward))
        self.assertEqual((copied.__name__, copied.settings), ("my_reward", reward.settings))
        self.assertEqual(trl.make_reward(urls="http://a").__name__, "vtriune_reward")


class EasyR1(Base):
    def envelope(self, **fields):
        return json.dumps({"data_source": "coco", "verifier": "detection", "ground_truth": "[]", **fields})

    def test_scores_a_batch_with_uniform_keys(self):
        service = self.service()
        inputs = [
            {"response": text, "response_length": 4, "ground_truth": truth}
            for text, truth in (("good", self.envelope()), ("bad", self.envelope(verifier="math")), ("broken", "bare"))
        ]
        scores = easyr1.compute_score(inputs, urls=service.url, keys=["map"])
        self.assertEqual(
            scores,
            [
                {"overall": 1.0, "accuracy": 1.0, "format": 1.0, "failed": 0.0, "map": 0.25},
                {"overall": 0.0, "accuracy": 0.0, "format": 1.0, "failed": 0.0, "map": 0.0},
                {"overall": 0.0, "accuracy": 0.0, "format": 0.0, "failed": 1.0, "map": 0.0},
            ],
        )
        self.assertEqual((easyr1.REWARD_NAME, easyr1.REWARD_TYPE), ("vtriune", "batch"))
        self.assertEqual(easyr1.compute_score(inputs[0], urls=service.url)["overall"], 1.0)

    def test_declares_the_steps_of_a_run_once(self):
        service = self.service()
        given = [{"response": "good", "response_length": 4, "ground_truth": self.envelope()}]
        for _ in range(2):
            easyr1.compute_score(given, total_steps=5, rewards_per_step=8, urls=service.url, run="r/1")
        self.assertEqual(service.declared, [("/v1/runs/r%2F1/progress", {"total_steps": 5, "rewards_per_step": 8})])
        with self.assertRaisesRegex(ValueError, "VTRIUNE_RUN"):
            easyr1.compute_score(given, total_steps=5, urls=service.url)


class MsSwift(Base):
    """With stand-ins for the two layouts of the package; calls.py uses the package itself."""

    def load(self, version, asynchronous=True):
        for name in [name for name in sys.modules if name.split(".")[0] == "swift"]:
            del sys.modules[name]
        package, module = types.ModuleType("swift"), types.ModuleType("swift.rewards" if version == 4 else "swift.plugin")
        module.orms = {}
        module.ORM = type("ORM", (), {})
        if asynchronous:
            module.AsyncORM = type("AsyncORM", (), {"__init__": lambda self, args=None, **kwargs: None})
        sys.modules["swift"], sys.modules[module.__name__] = package, module
        package.__path__ = []
        setattr(package, module.__name__.split(".")[1], module)
        load_adapter("ms_swift")
        return module.orms["vtriune"]

    def rewards(self, kind, *completions, **columns):
        service = self.service()
        os.environ["VTRIUNE_URLS"] = service.url
        try:
            answer = kind()(list(completions), verifier=["counting"] * len(completions), **columns)
            return service, asyncio.run(answer) if asyncio.iscoroutine(answer) else answer
        finally:
            del os.environ["VTRIUNE_URLS"]

    def test_both_layouts_and_both_kinds(self):
        for version, asynchronous in ((4, True), (3, True), (3, False)):
            kind = self.load(version, asynchronous)
            self.assertEqual(asyncio.iscoroutinefunction(kind.__call__), asynchronous)
            columns = {"trainer_state": state(2, 4), "solution": ["1", "2"], "prompt_id": ["p", "p"]}
            service, rewards = self.rewards(kind, "good", "bad", **columns)
            self.assertEqual(rewards, [1.0, 0.0])
            self.assertEqual([request["ground_truth"] for request in service.requests], ["1", "2"])
            self.assertEqual(service.requests[0]["progress"], {"step": 3, "total_steps": 4})

    def test_a_failure_has_no_advantage(self):
        kind = self.load(4)
        columns = {"prompt_id": ["p", "p", "p", "q"]}
        self.assertEqual(self.rewards(kind, "good", "bad", "broken", "broken", **columns)[1], [1.0, 0.0, 0.5, None])
        kind.options = {"on_failure": "none"}
        self.assertEqual(self.rewards(kind, "good", "bad", "broken", "broken", **columns)[1], [1.0, 0.0, None, None])
        kind.options = {"on_failure": "raise"}
        with self.assertRaisesRegex(RuntimeError, "could not be scored"):
            self.rewards(kind, "good", "broken", prompt_id=["p", "p"])

    def test_reads_an_envelope_in_solution(self):
        envelope = json.dumps({"data_source": "coco", "verifier": "detection", "ground_truth": "[]"})
        service, _ = self.rewards(self.load(4), "good", solution=[envelope])
        self.assertEqual((service.requests[0]["data_source"], service.requests[0]["verifier"]), ("coco", "detection"))


if __name__ == "__main__":
    unittest.main()
