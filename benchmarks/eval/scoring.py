"""Scores the files of scoring-inputs.mjs by the official code and prints processor seconds and scores as JSON.

Usage: scoring.py CHECKOUTS KIND DATA PREDICTIONS. The code of the authors is run as it is; only what loads models or data sets is left out of its imports.
Time runs from reading the files to the last score; what of it is reading is printed too.
"""
import ast, contextlib, importlib, io, itertools, json, logging, math, os, random, re, sys, time, types, warnings

OFFICIAL, KIND, DATA, PREDICTIONS = sys.argv[1:5]
logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")


def path(*parts):
    return os.path.join(OFFICIAL, *parts)


reading = 0.0


def load(file):
    global reading
    began = time.process_time()
    with open(file, encoding="utf-8") as f:
        value = json.load(f)
    reading += time.process_time() - began
    return value


def functions(file, names, **given):
    """The named functions of a file, without its imports."""
    with open(path(file), encoding="utf-8") as f:
        tree = ast.parse(f.read())
    body = [n for n in tree.body if isinstance(n, (ast.FunctionDef, ast.ClassDef)) and n.name in names]
    scope = {"re": re, "json": json, "ast": ast, "math": math, "os": os, "logging": logging, **given}
    exec(compile(ast.Module(body=body, type_ignores=[]), file, "exec"), scope)
    return types.SimpleNamespace(**{name: scope[name] for name in names})


def statements(file, function, **scope):
    """The loop body of a function that scores one item in place, as code that runs on `scope`."""
    with open(path(file), encoding="utf-8") as f:
        tree = ast.parse(f.read())
    owner = tree if function is None else next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == function)
    return owner, lambda body: compile(ast.Module(body=body, type_ignores=[]), file, "exec")


def mmmu():
    sys.path.insert(0, path("MMMU/mmmu/utils"))
    import eval_utils
    random.seed(42)

    def run():
        samples = []
        for row in load(DATA):
            choice = row["question_type"] == "multiple-choice"
            parsed = eval_utils.parse_multi_choice_response(row["response"], row["all_choices"], row["index2ans"]) if choice else eval_utils.parse_open_response(row["response"])
            samples.append({**row, "parsed_pred": parsed})
        judged, _ = eval_utils.evaluate(samples)
        return [float(judged[row["id"]] == "Correct") for row in samples]
    return run


def mega_bench():
    sys.modules["datasets"] = types.SimpleNamespace(load_dataset=None)
    sys.path.insert(0, path("MEGA-Bench/megabench"))
    from metrics.aggregation_type import AggregationType
    from metrics.metric_type import MetricType
    from metrics.parsing.common.utils import evaluate_as_string
    from metrics.response_parse_type import ResponseParseType

    def run():
        rows = load(DATA)
        responses = {(task["task_name"], query["query_idx"]): query["response"] for task in load(PREDICTIONS) for query in task["query_response"]}
        counts, rules, scores = {}, {}, []
        for row in rows:
            task = row["task_name"]
            index = counts[task] = counts.get(task, -1) + 1
            if task not in rules:
                rules[task] = ast.literal_eval(row["metric_info"])
            info, answer = rules[task], ast.literal_eval(row["answer"])
            parser = ResponseParseType.from_string(info["response_parse_function"])
            found = parser.parse(responses[task, index], "answer", is_single_line_ans="\n" not in answer["answer"])
            metric = MetricType.from_string(info["field_score_function"]["answer"])
            fields = {"answer": metric.match(found["answer"], evaluate_as_string(answer["answer"]))}
            total = AggregationType.from_string(info["aggregation"]["function"]).aggregate(fields, info["aggregation"]["field_weights"])
            scores.append(max(0.0, float(total)))
        return scores
    return run


def mathvista():
    from Levenshtein import distance
    scoring = functions("MathVista/evaluation/calculate_score.py", ["get_most_similar", "normalize_extracted_answer", "safe_equal"], distance=distance)
    extraction = functions("MathVista/evaluation/extract_answer.py", ["extract_answer", "verify_extraction", "create_test_prompt"], demo_prompt="")
    nobody = types.SimpleNamespace(get_response=lambda user_prompt: None)

    def run():
        scores = []
        for row in load(DATA).values():
            found = extraction.extract_answer(nobody, row["response"], row, True)
            read = scoring.normalize_extracted_answer(row["response"] if found is None else found, row["choices"], row["question_type"], row["answer_type"], row["precision"])
            scores.append(float(scoring.safe_equal(read, row["answer"])))
        return scores
    return run


def countbench():
    words = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty".split()
    table = {word: str(number) for number, word in enumerate(words)} | {"none": "0"}
    names = ["_normalize_count_answer", "countbench_process_results", "countbench_doc_to_target"]
    code = functions("lmms-eval/lmms_eval/tasks/countbench/utils.py", names, NUMBER_WORD_TO_NUMERAL=table)
    return lambda: [float(code.countbench_process_results({"number": row["number"]}, [row["response"]])["acc"]) for row in load(DATA)]


def ocrbench():
    tree, compiled = statements("MultimodalOCR/OCRBench/example.py", None)
    loop = next(n for n in ast.walk(tree) if isinstance(n, ast.For) and any(isinstance(s, ast.Assign) and getattr(s.targets[0], "id", "") == "data_type" for s in n.body))
    code = compiled([loop])

    def run():
        data = load(DATA)
        exec(code, {"data": data})
        return [float(row["result"]) for row in data]
    return run


def ocrbench_v2():
    sys.modules["ipdb"] = types.ModuleType("ipdb")
    sys.path.insert(0, path("MultimodalOCR/OCRBench_v2/eval_scripts"))
    questions, boxes = importlib.import_module("vqa_metric"), importlib.import_module("IoUscore_metric")
    fields = functions("MultimodalOCR/OCRBench_v2/eval_scripts/TEDS_metric.py", ["convert_str_to_dict", "generate_combinations", "compute_f1_score"], product=itertools.product)
    owner, compiled = statements("MultimodalOCR/OCRBench_v2/eval_scripts/eval.py", "process_predictions")
    code = compiled([next(n for n in owner.body if isinstance(n, ast.For)).body[0]])

    def page(predict, answer):
        return importlib.import_module("page_ocr_metric").cal_per_metrics(predict, answer)
    scope = {**vars(questions), **vars(boxes), **vars(fields), "is_nan_value": lambda value: value is None, "get_value_or_zero": lambda value: value or 0.0, "cal_per_metrics": page}

    def run():
        data = load(DATA)
        for row in data:
            scope["data_item"] = row
            exec(code, scope)
        return [float(row["score"]) for row in data]
    return run


def screenspot_pro():
    code = functions("ScreenSpot-Pro-GUI-Grounding/models/qwen2vl.py", ["pred_2_point", "extract_bbox"])
    judge = functions("ScreenSpot-Pro-GUI-Grounding/eval_screenspot_pro.py", ["eval_sample_positive_gt"]).eval_sample_positive_gt

    def point(response):
        if "<|box_start|>" in response and "<|box_end|>" in response:
            box = code.extract_bbox(response)
            return None if box is None else [(box[0][0] + box[1][0]) / 2000, (box[0][1] + box[1][1]) / 2000]
        found = code.pred_2_point(response)
        return [value / 1000 for value in found] if found else None
    return lambda: [float(judge(row, {"point": point(row["response"])}) == "correct") for row in load(DATA)]


def coco_stats(truth, results):
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval
    dataset = COCO()
    dataset.dataset = truth
    dataset.createIndex()
    evaluation = COCOeval(dataset, dataset.loadRes(results), "bbox")
    evaluation.evaluate()
    evaluation.accumulate()
    evaluation.summarize()
    return [float(value) for value in evaluation.stats]


def coco():
    import pycocotools.cocoeval  # noqa: F401, before the clock starts
    return lambda: coco_stats(load(DATA), load(PREDICTIONS))


def ovdeval():
    import numpy
    import pycocotools.cocoeval  # noqa: F401, before the clock starts
    code = functions("OVDEval/eval.py", ["calculate_iou", "nms_threaded"], np=numpy)

    def run():
        truth, kept, images, boxes = load(DATA), [], {}, {}
        for row in load(PREDICTIONS):
            images.setdefault(row["image_id"], []).append(row)
        for row in truth["annotations"]:
            boxes.setdefault(row["image_id"], []).append(row)
        for image, rows in images.items():
            kept += code.nms_threaded(boxes.get(image, []), rows, 0.5, 1)
        return coco_stats(truth, kept)
    return run


run = globals()[KIND.replace("-", "_")]()
with contextlib.redirect_stdout(io.StringIO()):
    began = time.process_time()
    scores = run()
    seconds = time.process_time() - began
print(json.dumps({"seconds": seconds, "reading": reading, "scores": scores}))
