"""A reward service for tests: answers POST /v1/rewards by a rule, notes what came, and fails on demand. Standard library only."""
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class FakeService:
    """Listens on a free port of this machine. `answers` are statuses (or callables on the handler) to give before it works.

    A response "good" scores 1, any other 0; "broken" cannot be scored; "busy" is refused as overloaded the first time.
    """

    def __init__(self, answers=(), port=0, token=None, largest=None):
        self.answers = list(answers)
        self.token = token
        self.largest = largest
        self.bodies = []
        self.declared = []
        self.headers = []
        self._refused = set()
        self._lock = threading.Lock()
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def _answer(self, status, value, **headers):
                body = value if isinstance(value, bytes) else json.dumps(value).encode()
                self.send_response(status)
                for name, content in headers.items():
                    self.send_header(name.replace("_", "-"), content)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_PUT(self):
                service.declared.append((self.path, self._body()))
                self._answer(200, {})

            def do_GET(self):
                self._answer(200, {"was": "GET"})

            def _body(self):
                return json.loads(self.rfile.read(int(self.headers["content-length"])))

            def do_POST(self):
                body = self._body()
                with service._lock:
                    service.headers.append(dict(self.headers.items()))
                    planned = service.answers.pop(0) if service.answers else None
                if callable(planned):
                    return planned(self)
                if planned is not None:
                    return self._answer(planned, {"error": {"code": "planned", "message": "as the test wants it"}})
                if service.token and self.headers.get("authorization") != "Bearer " + service.token:
                    return self._answer(401, {"error": {"code": "unauthorized", "message": "send the token"}})
                if service.largest and len(body["requests"]) > service.largest:
                    return self._answer(413, {"error": {"code": "too_large", "message": "send less"}})
                with service._lock:
                    service.bodies.append(body)
                    results = [service.score(request) for request in body["requests"]]
                return self._answer(200, {"results": results})

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.url = "http://127.0.0.1:{}".format(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def score(self, request):
        code = {"broken": "verifier_error", "busy": "overloaded"}.get(request["response"])
        known = {"id": request["id"], "data_source": request["data_source"], "verifier": request.get("verifier")}
        if code == "overloaded" and request["id"] in self._refused:
            code = None
        self._refused.add(request["id"])
        if code is not None:
            return {**known, "status": "failed", "error": {"code": code, "message": "as the test wants it"}}
        right = float(request["response"] in ("good", "busy"))
        components = {"accuracy": right, "format": 1.0, **({"map": 0.25} if request.get("verifier") == "detection" else {})}
        return {**known, "status": "scored", "reward": right, "components": components, "metrics": {"length": 4.0}, "elapsed_ms": 0.1}

    @property
    def requests(self):
        return [request for body in self.bodies for request in body["requests"]]

    def close(self):
        self._server.shutdown()
        self._server.server_close()
