"""What the four adapters share, first part: their settings, and the way from a row to a reward request.

`orsta adapter NAME` puts this file and `_transport.py` into the one it prints, so both import the standard library only.
"""
from __future__ import annotations

import itertools
import json
import math
import os
from typing import Any, Dict, Iterable, List, Mapping, NamedTuple, Optional, Sequence, Tuple

# -- settings ---------------------------------------------------------------------------------------------------------------------------


class Settings(NamedTuple):
    """Where the service is and how it is asked; `make_settings` fills it from arguments and the environment."""

    urls: Tuple[str, ...]
    token: Optional[str] = None
    run: Optional[str] = None
    timeout: float = 60.0  # seconds for one HTTP request
    deadline: float = 300.0  # seconds for one batch with all its retries
    on_failure: str = "none"  # an item that cannot be scored: what each adapter allows
    on_outage: str = "raise"  # no answer until the deadline: "raise", or "fail" for every item of the batch
    verifier: Optional[str] = None  # for rows that name none
    data_source: str = "unknown"  # for rows that name none
    max_batch: int = 256  # requests in one POST
    window: float = 0.005  # seconds to wait for more requests before posting
    connections: int = 4  # POSTs at the same time


def make_settings(options: Mapping[str, Any], on_failure: Sequence[str]) -> Settings:
    """Settings from options, then VTRIUNE_URLS, VTRIUNE_TOKEN and VTRIUNE_RUN. The first of `on_failure` is its default.

    Raises TypeError for an option that does not exist and ValueError for a value that cannot be.
    """
    unknown = sorted(set(options) - set(Settings._fields))
    if unknown:
        raise TypeError("There is no option {}. Known: {}.".format(", ".join(unknown), ", ".join(Settings._fields)))
    given = {name: value for name, value in options.items() if value is not None}
    urls = given.pop("urls", None) or os.environ.get("VTRIUNE_URLS", "")
    given.setdefault("token", os.environ.get("VTRIUNE_TOKEN") or None)
    given.setdefault("run", os.environ.get("VTRIUNE_RUN") or None)
    given.setdefault("on_failure", on_failure[0])
    settings = Settings(urls=_parse_urls(urls), **given)
    _check_choice("on_failure", settings.on_failure, on_failure)
    _check_choice("on_outage", settings.on_outage, ("raise", "fail"))
    return settings


def _parse_urls(urls: Any) -> Tuple[str, ...]:
    listed = urls.replace(",", " ").split() if isinstance(urls, str) else [str(url) for url in urls]
    if not listed:
        raise ValueError("No reward service is named. Pass urls, or set VTRIUNE_URLS=http://host:port (several with commas between).")
    for url in listed:
        if not url.startswith(("http://", "https://")):
            raise ValueError('"{}" is no URL of a reward service. It must begin with http:// or https://.'.format(url))
    return tuple(url.rstrip("/") for url in listed)


def _check_choice(name: str, value: str, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise ValueError('{} is "{}". Allowed: {}.'.format(name, value, ", ".join(allowed)))


# -- from rows to requests --------------------------------------------------------------------------------------------------------------

_FIELDS = ("data_source", "verifier", "verifier_parm", "rewards", "ground_truth", "accuracy_ratio", "format_ratio", "coordinate_space")
_SPLITS = {"train": "train", "test": "test", "val": "test", "valid": "test", "validation": "test", "dev": "test", "eval": "test"}
_NOT_JSON = object()
_numbers = itertools.count()


def build_request(
    response: str,
    layers: Sequence[Mapping[str, Any]],
    settings: Settings,
    progress: Optional[Mapping[str, int]] = None,
) -> Dict[str, Any]:
    """One reward request from the response and what is known of its row.

    Only the fields of a reward request are taken, made JSON; of several layers the earlier wins. In each, `reward_model` (an object
    or its JSON) goes before the flat fields, and an envelope in `ground_truth` goes before everything.
    """
    found = [layer for given in layers for layer in (_as_object(given.get("reward_model")), given) if layer]
    envelope = next(filter(None, (_as_envelope(layer.get("ground_truth")) for layer in found)), None)
    if envelope is not None:
        found.insert(0, envelope)
    request = {name: _first(found, name) for name in _FIELDS}
    if request["ground_truth"] is None:
        request["ground_truth"] = _first(found, "solution")
    # `answer` means many things in other people's files: only a layer that names a verifier is in our terms.
    request["answer"] = _first([layer for layer in found if "verifier" in layer or "rewards" in layer], "answer")
    for name in ("verifier_parm", "rewards"):
        request[name] = _without_nulls(_parse_json(request[name]))
    if not isinstance(request["data_source"], str):
        request["data_source"] = settings.data_source
    request["verifier"] = request["verifier"] or _joined_names(request["rewards"]) or settings.verifier
    _place_coordinate_space(request)
    sample = _first(found, "id") if _first(found, "id") is not None else _first(found, "index")
    # All responses to one sample share its id, so a number tells them apart.
    request["id"] = "{}:{}".format("sample" if sample is None else sample, next(_numbers))
    request["response"] = response
    request["progress"] = dict(progress) if progress else None
    request["split"] = _SPLITS.get(str(_first(found, "split")).lower())
    request["images"] = _image_sizes(found)
    return {name: value for name, value in request.items() if value is not None}


def progress_of(step: Any, total_steps: Any) -> Optional[Dict[str, int]]:
    """The progress of a request, steps counted from 1; None where either is not known."""
    try:
        step, total_steps = int(step), int(total_steps)
    except (TypeError, ValueError):
        return None
    return {"step": max(0, min(step, total_steps)), "total_steps": total_steps} if total_steps > 0 else None


def text_of(completion: Any) -> str:
    """The text of a completion: a string, a message, a list of messages (the last one) or content in parts."""
    if isinstance(completion, str):
        return completion
    if isinstance(completion, Mapping):
        content = completion.get("content", completion.get("text"))
        return "" if content is None else text_of(content)
    if isinstance(completion, (list, tuple)) and completion:
        if all(isinstance(part, Mapping) and "role" not in part for part in completion):
            return "".join(text_of(part) for part in completion if part.get("type", "text") == "text")
        return text_of(completion[-1])
    return ""


def rows_of(columns: Mapping[str, Any], count: int) -> List[Dict[str, Any]]:
    """Rows from columns that have one value for each of `count` completions; anything else is left out."""
    fitting = {name: column for name, column in columns.items() if isinstance(column, (list, tuple)) and len(column) == count}
    return [{name: column[index] for name, column in fitting.items()} for index in range(count)]


def _first(layers: Iterable[Mapping[str, Any]], name: str) -> Any:
    for layer in layers:
        value = _plain(layer.get(name))
        if value is not None and value is not _NOT_JSON:
            return value
    return None


def _plain(value: Any) -> Any:
    """The value as JSON has it; numbers and arrays of numpy and torch are unpacked, NaN is None, what is no JSON is `_NOT_JSON`."""
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        pairs = ((str(key), _plain(entry)) for key, entry in value.items())
        return {key: entry for key, entry in pairs if entry is not _NOT_JSON}
    if isinstance(value, (list, tuple)):
        entries = [_plain(entry) for entry in value]
        return _NOT_JSON if any(entry is _NOT_JSON for entry in entries) else entries
    unpack = getattr(value, "tolist", None)
    return _plain(unpack()) if callable(unpack) else _NOT_JSON


def _refuse_constant(name: str) -> Any:
    raise ValueError("{} is no JSON".format(name))  # NaN and Infinity, which Python would read and the service would not


def _parse_json(value: Any) -> Any:
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        try:
            return json.loads(value, parse_constant=_refuse_constant)
        except (ValueError, RecursionError):  # the latter for very many brackets within each other
            return value
    return value


def _as_object(value: Any) -> Optional[Mapping[str, Any]]:
    parsed = _parse_json(value)
    return parsed if isinstance(parsed, Mapping) else None


def _as_envelope(ground_truth: Any) -> Optional[Mapping[str, Any]]:
    value = _as_object(ground_truth)
    if value is None or "ground_truth" not in value:
        return None
    return value if any(name in value for name in ("verifier", "rewards", "data_source")) else None


def _without_nulls(value: Any) -> Any:
    # Files with columns fill the fields that only other rows have with nulls, which no verifier declares.
    if isinstance(value, list):
        return [_without_nulls(entry) for entry in value] or None
    if not isinstance(value, dict):
        return value
    kept = {name: _without_nulls(entry) for name, entry in value.items()}
    kept = {name: entry for name, entry in kept.items() if entry is not None}
    return kept if kept or not value else None


def _joined_names(rewards: Any) -> Optional[str]:
    if not isinstance(rewards, list):
        return None
    return "+".join(str(entry.get("verifier")) for entry in rewards if isinstance(entry, dict)) or None


def _place_coordinate_space(request: Dict[str, Any]) -> None:
    # Where the boxes are is a parameter of the verifier; samples keep it beside the parameters.
    space = request.pop("coordinate_space")
    if space is None:
        return
    if request["verifier_parm"] is None or isinstance(request["verifier_parm"], dict):
        request["verifier_parm"] = {"coordinate_space": space, **(request["verifier_parm"] or {})}
    for entry in request["rewards"] or []:
        if isinstance(entry, dict) and isinstance(entry.get("verifier_parm"), dict):
            entry["verifier_parm"] = {"coordinate_space": space, **entry["verifier_parm"]}


def _image_sizes(layers: Sequence[Mapping[str, Any]]) -> Optional[List[Dict[str, float]]]:
    given = next((layer[name] for name in ("image_sizes", "images", "image") for layer in layers if layer.get(name) is not None), None)
    if hasattr(given, "tolist"):
        given = given.tolist()
    listed = list(given) if isinstance(given, (list, tuple)) else [given]
    sizes = [_image_size(image) for image in listed if image is not None]
    return sizes if sizes and all(sizes) else None  # all or none: the service reads them by position


def _image_size(image: Any) -> Optional[Dict[str, float]]:
    if isinstance(image, Mapping):
        names = ("width", "height", "resized_width", "resized_height")
        size = {name: _plain(image[name]) for name in names if image.get(name) is not None}
        return size if "width" in size and "height" in size else None
    size = getattr(image, "size", None)  # an image of Pillow
    if isinstance(size, tuple) and len(size) == 2 and all(isinstance(side, int) for side in size):
        return {"width": size[0], "height": size[1]}
    return None
