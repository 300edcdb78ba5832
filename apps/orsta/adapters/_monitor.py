"""Streams the metrics and rollouts of a trainer to `orsta watch`. Part of the adapters that `orsta adapter ... --with-monitor` prints."""
from __future__ import annotations

import atexit
import json
import logging
import math
import queue
import threading
import urllib.request


class Monitor:
    """Sends records from a thread of its own. A page that does not answer costs records, and never a step of the training."""

    def __init__(self, url, run, token=None, timeout=10.0, capacity=10_000):
        self._address = url.rstrip("/") + "/v1/records"
        self._run = run
        self._headers = {"Content-Type": "application/x-ndjson", **({"Authorization": "Bearer " + token} if token else {})}
        self._timeout = timeout
        self._waiting = queue.Queue(capacity)
        self._lost = 0
        self._lock = threading.Lock()
        self._thread = None

    def metric(self, step, name, value, **more):
        """Takes a number; what is no finite number is left out."""
        value = value.item() if hasattr(value, "item") and getattr(value, "size", 1) == 1 else value
        if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
            self._put({"step": int(step), "name": name, "value": float(value), **more})

    def rollout(self, source=None, **record):
        """Takes a response: step, prompt, response and reward, or a whole rollout record."""
        # `all` is the name of the aggregate.
        named = {"": "default", "all": "all_"}.get(str(source or ""), str(source))
        self._put({"source": named, **record})

    def end_step(self, step):
        """Says that the step is complete, so that it is written at once."""
        self._put({"end_step": int(step)})

    def close(self, seconds=30.0):
        """Sends what is waiting, for at most so long. A later record opens the stream again."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            self._waiting.put(None)
            thread.join(seconds)
        if self._lost:
            logging.getLogger("vtriune").warning("%d records did not reach %s", self._lost, self._address)

    def _put(self, record):
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._send_all, daemon=True)
                self._thread.start()
                atexit.unregister(self.close)
                atexit.register(self.close)
        try:
            self._waiting.put_nowait({"run": self._run, **record})
        except queue.Full:
            self._lost += 1

    def _send_all(self):
        while True:
            records = [self._waiting.get()]
            while not self._waiting.empty() and len(records) < 500:
                records.append(self._waiting.get())
            lines = [record for record in records if record is not None]
            if lines:
                self._send(lines)
            if None in records:
                return

    def _send(self, records):
        body = "\n".join(json.dumps(record) for record in records).encode()
        try:
            request = urllib.request.Request(self._address, body, self._headers)
            urllib.request.urlopen(request, timeout=self._timeout).close()
        except OSError as error:
            if not self._lost:
                reason = error.read().decode("utf8", "replace")[:300] if hasattr(error, "read") else error
                logging.getLogger("vtriune").warning("%s does not take records: %s; the training goes on", self._address, reason)
            self._lost += len(records)


def text_of_value(value):
    """A ground truth as text: strings as they are, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, default=str)
