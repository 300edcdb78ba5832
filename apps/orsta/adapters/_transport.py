"""What the four adapters share, second part: from requests to results over HTTP.

Requests that are made at the same time, by threads or coroutines of any event loop, travel together; posting is plain urllib in daemon
threads.
"""
from __future__ import annotations

# <splice>
from _requests import Settings
# </splice>

import asyncio
import email.utils
import http.client
import json
import logging
import math
import os
import random
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from concurrent.futures import Future
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

logger = logging.getLogger("vtriune")


# -- HTTP -------------------------------------------------------------------------------------------------------------------------------


class RewardServiceError(RuntimeError):
    """The service gave no results. `retriable` says whether asking again may help, `status` is that of HTTP where there was one."""

    def __init__(self, message: str, retriable: bool = False, status: Optional[int] = None, retry_after: float = 0.0) -> None:
        super().__init__(message)
        self.retriable = retriable
        self.status = status
        self.retry_after = retry_after


# Proxies of the environment are not used and redirects are not followed: the service is in your cluster, and the token goes to no
# other host. Plain urllib in threads needs no session that would be tied to an event loop.
class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects())


def _exchange(request: urllib.request.Request, timeout: float) -> Any:
    """Sends a request and returns the JSON of its answer. Raises RewardServiceError."""
    try:
        with _opener.open(request, timeout=timeout) as response:
            body = _read_all(response, time.monotonic() + timeout)
    except urllib.error.HTTPError as error:
        raise _refusal(request.full_url, error) from None
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise RewardServiceError("{}: {!r}".format(request.full_url, reason), retriable=True) from error
    try:
        return json.loads(body) if body else None
    except (ValueError, RecursionError) as error:
        raise RewardServiceError("{} answered something else than JSON. Is `orsta serve` there?".format(request.full_url)) from error


def _read_all(response: Any, until: float) -> bytes:
    # The timeout of a socket is for each read, so an answer that drips would never end.
    parts = []
    while True:
        part = response.read1(1 << 16)
        if not part:
            if response.length:  # known and not yet received
                raise http.client.IncompleteRead(b"", response.length)
            return b"".join(parts)
        parts.append(part)
        if time.monotonic() > until:
            raise TimeoutError("the answer took too long")


def _refusal(url: str, error: urllib.error.HTTPError) -> RewardServiceError:
    with error:
        try:
            said = error.read(600).decode("utf-8", "replace")
        except (OSError, http.client.HTTPException):
            said = ""
    retriable = error.code in (408, 425, 429) or error.code >= 500
    message = "{} answered {}: {}".format(url, error.code, " ".join(said.split()) or error.reason)
    return RewardServiceError(message, retriable, error.code, _seconds_of(error.headers.get("Retry-After")))


def _seconds_of(retry_after: Optional[str]) -> float:
    """Seconds a Retry-After header asks to wait, which is a number or a date; at most a minute."""
    if not retry_after:
        return 0.0
    try:
        seconds = float(retry_after)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(retry_after).timestamp() - time.time()
        except (TypeError, ValueError):
            return 0.0
    return min(60.0, max(0.0, seconds)) if math.isfinite(seconds) else 0.0


class _Server:
    """One URL, how busy it is and when it may be asked again."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.busy = 0
        self.failures = 0
        self.failed_at = -math.inf
        self.ready_at = -math.inf
        self.error: Optional[RewardServiceError] = None


class _Servers:
    """Sends each request to the least busy server that is ready, and to another one when that fails."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._servers = [_Server(url) for url in settings.urls]
        self._lock = threading.Lock()

    def send(self, method: str, path: str, body: Any) -> Any:
        until = time.monotonic() + self._settings.deadline
        data = json.dumps(body, allow_nan=False).encode()
        # One name for all tries: the service counts what comes again under its key once.
        name = str(uuid.uuid4())
        headers = {"content-type": "application/json", "x-request-id": name, "idempotency-key": name}
        if self._settings.token:
            headers["authorization"] = "Bearer " + self._settings.token
        began = warned = time.monotonic()
        while True:
            server, wait = self._choose()
            now = time.monotonic()
            if now + wait >= until:
                break
            if wait > 0:
                if now + wait - began > 1.0 and (warned == began or now - warned > 10.0):
                    warned = now
                    self._warn(now - began, until - now)
                time.sleep(wait)
                continue
            with self._lock:
                server.busy += 1
            try:
                request = urllib.request.Request(server.url + path, data=data, headers=headers, method=method)
                answer = _exchange(request, min(self._settings.timeout, until - now))
                self._succeeded(server)
                return answer
            except RewardServiceError as error:
                if not error.retriable:
                    raise
                self._failed(server, now, error)
            finally:
                with self._lock:
                    server.busy -= 1
        message = "No reward service gave an answer in {:g} s. Last: {}".format(
            self._settings.deadline, "; ".join(str(server.error or server.url) for server in self._servers)
        )
        raise RewardServiceError(message, retriable=True)

    def _warn(self, waited: float, left: float) -> None:
        # A trainer that stands still without a word looks like one that hangs.
        logger.warning(
            "Waiting for the reward service since %.0f s, at most %.0f s more (deadline). Last: %s",
            waited, left, "; ".join(str(server.error or server.url) for server in self._servers),
        )  # fmt: skip

    def _choose(self) -> Tuple[_Server, float]:
        with self._lock:
            now = time.monotonic()
            order = [(max(0.0, server.ready_at - now), server.busy, random.random(), server) for server in self._servers]
        wait, _, _, server = min(order)
        return server, wait

    def _succeeded(self, server: _Server) -> None:
        with self._lock:
            server.failures = 0
            server.ready_at = -math.inf

    def _failed(self, server: _Server, started: float, error: RewardServiceError) -> None:
        with self._lock:
            now = time.monotonic()
            if started >= server.failed_at:  # requests that fail together are one failure
                server.failures += 1
            server.failed_at = now
            server.error = error
            pause = min(10.0, 0.1 * 2 ** min(server.failures, 10)) * random.uniform(0.5, 1.0)
            server.ready_at = max(server.ready_at, now + max(pause, error.retry_after * random.uniform(1.0, 1.1)))


# -- the client -------------------------------------------------------------------------------------------------------------------------


class Client:
    """Scores requests; those that come within a few milliseconds share a POST. Safe for threads and for any event loop."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._servers = _Servers(settings)
        self._slots = threading.Semaphore(settings.connections)
        self._wake = threading.Condition()
        self._pending: List[Tuple[Dict[str, Any], Future]] = []
        self._counts = {"scored": 0, "failed": 0}
        threading.Thread(target=self._dispatch, name="vtriune-rewards", daemon=True).start()

    def score(self, requests: Sequence[Dict[str, Any]]) -> List[Dict[str, Any]]:
        """A result for each request, in order: `status` is `scored` or `failed`. Raises RewardServiceError for an outage."""
        return [self._result(future, request) for future, request in zip(self._submit(requests), requests)]

    async def score_async(self, requests: Sequence[Dict[str, Any]]) -> List[Dict[str, Any]]:
        """As `score`, for coroutines."""
        futures = self._submit(requests)
        await asyncio.gather(*(asyncio.wrap_future(future) for future in futures), return_exceptions=True)
        return [self._result(future, request) for future, request in zip(futures, requests)]

    def set_progress(self, **progress: Optional[int]) -> None:
        """Tells the clock of the run `step`, `total_steps` or `rewards_per_step`. Raises ValueError without a run."""
        if not self.settings.run:
            raise ValueError("The run has no name, so its clock cannot be set. Pass run, or set VTRIUNE_RUN.")
        path = "/v1/runs/{}/progress".format(urllib.parse.quote(self.settings.run, safe=""))
        self._servers.send("PUT", path, {name: int(value) for name, value in progress.items() if value is not None})

    def _submit(self, requests: Sequence[Dict[str, Any]]) -> List[Future]:
        futures: List[Future] = [Future() for _ in requests]
        with self._wake:
            self._pending.extend(zip(requests, futures))
            self._wake.notify()
        return futures

    def _dispatch(self) -> None:
        most = self.settings.max_batch
        while True:
            with self._wake:
                self._wake.wait_for(lambda: bool(self._pending))
                self._wake.wait_for(lambda: len(self._pending) >= most, self.settings.window)
            self._slots.acquire()  # while all connections are busy the next batch grows
            with self._wake:
                batch, self._pending = self._pending[:most], self._pending[most:]
            threading.Thread(target=self._deliver, args=(batch,), daemon=True).start()

    def _deliver(self, batch: Sequence[Tuple[Dict[str, Any], Future]]) -> None:
        try:
            batch = [(request, future) for request, future in batch if future.set_running_or_notify_cancel()]
            try:
                results = self._post_all([request for request, _ in batch])
            except Exception as error:
                for _, future in batch:
                    future.set_exception(error)
            else:
                for (_, future), result in zip(batch, results):
                    future.set_result(result)
        finally:
            self._slots.release()

    def _post_all(self, requests: Sequence[Dict[str, Any]]) -> List[Dict[str, Any]]:
        """The results of a batch; items that found the queue of the service full are asked again."""
        results = self._post(requests)
        for attempt in range(5):
            again = [index for index, result in enumerate(results) if (result.get("error") or {}).get("code") == "overloaded"]
            if not again:
                break
            time.sleep(0.2 * 2**attempt * random.uniform(0.5, 1.0))
            for index, result in zip(again, self._post([requests[index] for index in again])):
                results[index] = result
        return results

    def _post(self, requests: Sequence[Dict[str, Any]]) -> List[Dict[str, Any]]:
        if not requests:
            return []
        body = {"requests": list(requests)}
        if self.settings.run:
            body["run"] = self.settings.run
        try:
            return _results_of(self._servers.send("POST", "/v1/rewards", body), requests)
        except RewardServiceError as error:
            if error.status != 413:
                raise
            if len(requests) == 1:
                return [_failed(requests[0], "invalid_request", str(error))]
        half = len(requests) // 2
        return self._post(requests[:half]) + self._post(requests[half:])

    def _result(self, future: Future, request: Dict[str, Any]) -> Dict[str, Any]:
        try:
            result = future.result()
        except RewardServiceError as error:
            if not error.retriable or self.settings.on_outage == "raise":
                raise
            result = _failed(request, "unavailable", str(error))
        self._count(result)
        return result

    def _count(self, result: Mapping[str, Any]) -> None:
        self._counts[result["status"]] += 1
        failed = self._counts["failed"]
        if result["status"] == "failed" and 10 ** round(math.log10(failed)) == failed:  # the 1st, 10th, 100th, ...
            logger.warning("%d of %d rewards failed; the last: %s", failed, sum(self._counts.values()), describe_failure(result))


def client_for(settings: Settings) -> Client:
    """The client of these settings in this process."""
    with _clients_lock:
        if settings not in _clients:
            _clients[settings] = Client(settings)
        return _clients[settings]


_clients: Dict[Settings, Client] = {}
_clients_lock = threading.Lock()


def _forget_clients() -> None:
    # Threads do not survive a fork, and a lock may have been held by one of them.
    global _clients_lock
    _clients.clear()
    _clients_lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_clients)


# -- results ----------------------------------------------------------------------------------------------------------------------------


def _results_of(answer: Any, requests: Sequence[Mapping[str, Any]]) -> List[Dict[str, Any]]:
    results = answer.get("results") if isinstance(answer, dict) else None
    ids = [result.get("id") for result in results if isinstance(result, dict)] if isinstance(results, list) else None
    if ids != [request["id"] for request in requests]:
        raise RewardServiceError("The service did not answer with one result for each request, in order. Is `orsta serve` there?")
    return [_checked(result) for result in results]


def _checked(result: Dict[str, Any]) -> Dict[str, Any]:
    reward = result.get("reward")
    if result.get("status") == "scored" and isinstance(reward, (int, float)) and math.isfinite(reward):
        return result
    return result if result.get("status") == "failed" else _failed(result, "verifier_error", "no reward in {!r}".format(result))


def _failed(request: Mapping[str, Any], code: str, message: str) -> Dict[str, Any]:
    return {"id": request.get("id"), "status": "failed", "error": {"code": code, "message": message}}


def describe_failure(result: Mapping[str, Any]) -> str:
    """Why there is no reward, in one line."""
    error = result.get("error") or {}
    return "{}: {}: {}".format(result.get("id"), error.get("code"), error.get("message"))


def raise_failure(result: Mapping[str, Any]) -> None:
    """Raises RewardServiceError for a failed result, which `on_failure="raise"` asks for."""
    raise RewardServiceError("A response could not be scored. {}".format(describe_failure(result)))


def component(result: Mapping[str, Any], name: str) -> float:
    """A component or metric, 0.0 where the result has none; of several verifiers on one sample, the mean of theirs."""
    for record in (result.get("components") or {}, result.get("metrics") or {}):
        if name in record:
            return float(record[name])
        values = [value for key, value in record.items() if key.endswith("/" + name)]
        if values:
            return float(sum(values) / len(values))
    return 0.0


def fill_with_mean(rewards: Sequence[Optional[float]], groups: Sequence[Any]) -> List[Optional[float]]:
    """Rewards with each None replaced by the mean of its group, so that it is neither good nor bad; None where the group has none."""
    known: Dict[Any, List[float]] = {}
    for reward, group in zip(rewards, groups):
        if reward is not None:
            known.setdefault(group, []).append(reward)
    means = {group: sum(values) / len(values) for group, values in known.items()}
    return [means.get(group) if reward is None else reward for reward, group in zip(rewards, groups)]
