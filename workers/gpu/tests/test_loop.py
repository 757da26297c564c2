"""The loop against a scripted app (httpx transport), without a network."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from conftest import panel_input, storyboard

from loom_gpu.backends.base import Backend, BackendError, Rendering, RenderRequest, Step
from loom_gpu.backends.fake import Fake
from loom_gpu.backends.procedural import Procedural
from loom_gpu.runtime.client import BASE, Client
from loom_gpu.runtime.errors import TooOld
from loom_gpu.runtime.loop import Loop

CONTROL = storyboard()
SHA = hashlib.sha256(CONTROL).hexdigest()


class App:
    """Plays the app: hands out the jobs it is given, then asks the loop to stop."""

    def __init__(self, *inputs: dict[str, Any]) -> None:
        self.waiting = [self._job(i, raw) for i, raw in enumerate(inputs)]
        self.calls: list[tuple[str, Any]] = []
        self.uploads: dict[str, bytes] = {}
        self.answers: dict[str, Callable[[], httpx.Response]] = {}
        self.loop: Loop | None = None

    def _job(self, number: int, raw: dict[str, Any]) -> dict[str, Any]:
        return {
            "jobId": f"jo_{number}",
            "kind": "render_panel",
            "attempt": 1,
            "leaseId": f"le_{number}",
            "leaseUntil": 0,
            "deadline": None,
            "frugal": False,
            "input": raw,
            "inputs": [{"sha256": SHA, "url": f"{BASE}/blobs/{SHA}?job=jo_{number}", "bytes": len(CONTROL)}],
        }

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix(BASE)
        verb = path.split("/")[-1]
        if path.startswith("/blobs/"):
            return self._blob(request, path.removeprefix("/blobs/"))
        body = json.loads(request.content)
        self.calls.append((path, body))
        if verb in self.answers:
            return self.answers[verb]()
        if verb == "hello":
            return httpx.Response(200, json={"workerId": "wk_1", "heartbeatMs": 10, "minProtocol": 1})
        if verb == "claim":
            if not self.waiting and self.loop:
                self.loop.stop()
            jobs = [self.waiting.pop(0)] if self.waiting else []
            return httpx.Response(200, json={"jobs": jobs, "skipped": {}, "drain": False})
        if verb == "beat":
            return httpx.Response(200, json={"leaseUntil": 1, "cancel": False, "drain": False})
        if verb == "done":
            return httpx.Response(200, json={"state": "done", "again": False})
        return httpx.Response(200, json={"state": "queued"})

    def _blob(self, request: httpx.Request, sha256: str) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, content=CONTROL)
        have = self.uploads.get(sha256, b"")
        if request.method == "HEAD":
            return httpx.Response(404, headers={"upload-offset": str(len(have))})
        assert int(request.headers["upload-offset"]) == len(have)
        self.uploads[sha256] = have + request.content
        complete = len(self.uploads[sha256]) == int(request.headers["upload-length"])
        return httpx.Response(200, json={"complete": complete, "offset": len(self.uploads[sha256])})

    def of(self, verb: str) -> list[Any]:
        return [body for path, body in self.calls if path.endswith(f"/{verb}")]


def work(app: App, *backends: Backend) -> None:
    client = Client("http://127.0.0.1:1", "loomw_x", transport=httpx.MockTransport(app))
    loop = Loop(client, "test", backends or (Procedural(),), wait_ms=0)
    app.loop = loop
    thread = threading.Thread(target=loop.run)
    thread.start()
    thread.join(timeout=30)
    loop.stop()
    client.close()
    assert not thread.is_alive()


def test_a_panel_is_drawn_and_delivered() -> None:
    app = App(panel_input(CONTROL))
    work(app)
    (done,) = app.of("done")
    (output,) = done["outputs"]
    assert hashlib.sha256(app.uploads[output["sha256"]]).hexdigest() == output["sha256"]
    assert (output["width"], output["height"], output["mime"]) == (96, 64, "image/png")
    assert done["recipeEcho"]["seed"] == 7


def test_several_jobs_follow_each_other() -> None:
    app = App(*(panel_input(CONTROL, seed=seed) for seed in range(3)))
    work(app)
    assert len(app.of("done")) == 3


@pytest.mark.parametrize(
    ("changes", "failure"),
    [
        ({"widthPx": 1}, "invalid"),
        ({"backend": "diffusers"}, "missing_model"),
        ({"backend": "fake", "prompt": "fault: oom"}, "oom"),
        ({"backend": "fake", "prompt": "fault: transient"}, "transient"),
        ({"backend": "fake", "prompt": "fault: unsafe"}, "unsafe"),
    ],
)
def test_failures_name_their_class(changes: dict[str, Any], failure: str) -> None:
    app = App(panel_input(CONTROL, **changes))
    work(app, Procedural(), Fake())
    (failed,) = app.of("fail")
    assert failed["class"] == failure
    assert not app.of("done")


def test_a_cancelled_job_ends_as_cancelled() -> None:
    app = App(panel_input(CONTROL, backend="fake", prompt="fault: slow"))
    app.answers["beat"] = lambda: httpx.Response(200, json={"leaseUntil": 1, "cancel": True, "drain": False})
    work(app, Fake())
    assert app.of("fail")[0]["class"] == "cancelled"


def test_a_lost_lease_drops_the_job_silently() -> None:
    app = App(panel_input(CONTROL, backend="fake", prompt="fault: slow"))
    app.answers["beat"] = lambda: httpx.Response(409, json={"title": "conflict"})
    work(app, Fake())
    assert not app.of("fail") and not app.of("done") and not app.of("release")


class Broken(Procedural):
    """Breaks in a way nobody foresaw."""

    def render(self, request: RenderRequest, step: Step) -> Rendering:
        raise KeyError("nobody foresaw this")


def test_one_broken_job_does_not_end_the_worker() -> None:
    app = App(panel_input(CONTROL), panel_input(CONTROL))
    work(app, Broken())
    assert [failed["class"] for failed in app.of("fail")] == ["transient", "transient"]


class Stubborn(Procedural):
    """Stops the loop, then works on until a step stops it."""

    def __init__(self, app: App) -> None:
        self._app = app

    def render(self, request: RenderRequest, step: Step) -> Rendering:
        assert self._app.loop
        self._app.loop.stop()
        pause = threading.Event()
        for i in range(400):
            step("draw", i, 400)
            pause.wait(0.05)
        raise BackendError("transient", "never", "Was never stopped.")


def test_draining_hands_the_job_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("loom_gpu.runtime.loop._GRACE_S", 0.1)
    app = App(panel_input(CONTROL))
    work(app, Stubborn(app))
    assert app.of("release")[0]["leaseId"] == "le_0"


def test_a_worker_that_is_too_old_stops() -> None:
    app = App()
    app.answers["hello"] = lambda: httpx.Response(426, json={"detail": "too old"})
    client = Client("http://127.0.0.1:1", "loomw_x", transport=httpx.MockTransport(app))
    with pytest.raises(TooOld):
        Loop(client, "test", (Procedural(),), wait_ms=0).run()
    client.close()


def test_an_app_that_comes_back_is_greeted_again() -> None:
    app = App(panel_input(CONTROL))
    failures = iter([True])

    def claim_once_broken() -> httpx.Response:
        if next(failures, False):
            return httpx.Response(503)
        del app.answers["claim"]
        jobs = [app.waiting.pop(0)]
        return httpx.Response(200, json={"jobs": jobs, "skipped": {}, "drain": False})

    app.answers["claim"] = claim_once_broken
    work(app)
    assert len(app.of("hello")) == 2
    assert len(app.of("done")) == 1
