"""The job loop: hello, claim, draw, deliver; heartbeat in a thread beside it."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Sequence

from loom_gpu import __version__
from loom_gpu.backends.base import Backend, BackendError, Phase
from loom_gpu.contract.models import (
    PROTOCOL,
    BeatRequest,
    ClaimedJob,
    ClaimRequest,
    DoneRequest,
    FailRequest,
    HelloRequest,
    JobUsage,
    ReleaseRequest,
)
from loom_gpu.jobs.render_panel import KIND, Delivery, render_panel
from loom_gpu.runtime.cancel import StopSignal
from loom_gpu.runtime.client import Client
from loom_gpu.runtime.errors import Cancelled, Draining, LeaseLost, Refused, TooOld, Unreachable

_LOG = logging.getLogger("loom_gpu")
_HELLO_EVERY_S = 600.0
_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_S = 30.0
#: After SIGTERM a running job may go on this long before it is handed back.
_GRACE_S = 5.0
#: The app stores at most two beats a second.
_BEAT_GAP_S = 0.5


class Loop:
    """Works until `stop` is called or the app refuses this worker for good.

    `wait_ms` is how long the app may hold a claim open: work arrives at once all the same, and a stop takes no longer.
    """

    def __init__(self, client: Client, name: str, backends: Sequence[Backend], wait_ms: int = 3_000) -> None:
        self._client = client
        self._name = name
        self._backends = backends
        self._wait_ms = wait_ms
        self._stopping = threading.Event()
        self._heartbeat_s = 10.0

    def stop(self) -> None:
        """Drains: takes nothing new, finishes or hands back what it has."""
        self._stopping.set()

    def run(self) -> None:
        """Runs until stopped. Raises Refused (TooOld) when the app does not want this worker."""
        wait_s = _FIRST_WAIT_S
        worker_id, said_at = "", 0.0
        while not self._stopping.is_set():
            try:
                if not worker_id or time.monotonic() - said_at > _HELLO_EVERY_S:
                    worker_id, said_at = self._hello(), time.monotonic()
                    _LOG.info("connected as %s", worker_id)
                answer = self._client.claim(
                    ClaimRequest(worker_id=worker_id, kinds=[KIND], max=1, wait_ms=self._wait_ms)
                )
                for job in answer.jobs:
                    self._run(job)
                wait_s = _FIRST_WAIT_S
                if answer.drain:
                    self._stopping.wait(_FIRST_WAIT_S)
            except Unreachable as cause:
                _LOG.warning("%s; trying again in %.0f s", cause, wait_s)
                worker_id = ""
                self._stopping.wait(wait_s * random.uniform(0.5, 1.0))
                wait_s = min(wait_s * 2, _LONGEST_WAIT_S)

    def _hello(self) -> str:
        answer = self._client.hello(
            HelloRequest(
                protocol=PROTOCOL,
                version=__version__,
                name=self._name,
                gpu="CPU",
                vram_bytes=0,
                backends=[backend.id for backend in self._backends],
                kinds=[KIND],
                models=[],
                loras=[],
                warm_shapes=[],
                max_pixels=max(backend.capabilities().max_pixels for backend in self._backends),
            )
        )
        if answer.min_protocol > PROTOCOL:
            raise TooOld(f"the app wants protocol {answer.min_protocol}; this worker speaks {PROTOCOL}")
        self._heartbeat_s = answer.heartbeat_ms / 1000
        return answer.worker_id

    def _run(self, job: ClaimedJob) -> None:
        _LOG.info("job %s attempt %d begins", job.job_id, job.attempt)
        watch = _Watch(self._client, job, self._heartbeat_s, self._stopping)
        started = time.monotonic()
        try:
            with watch:
                delivery = render_panel(
                    job.input,
                    job.frugal,
                    lambda sha256: self._client.read_blob(job, sha256),
                    self._backends,
                    watch.step,
                )
                for sha256, data in delivery.blobs.items():
                    watch.step("upload", 0, None)
                    self._client.upload(job, sha256, data)
                wall_ms = round((time.monotonic() - started) * 1000)
                self._deliver(job, delivery, wall_ms)
                _LOG.info("job %s is done after %d ms", job.job_id, wall_ms)
        except LeaseLost as cause:
            _LOG.warning("job %s: %s", job.job_id, cause)
        except Draining:
            self._tell(job, release="The worker was stopping.")
        except Cancelled:
            self._tell(job, failure=BackendError("cancelled", "cancelled", "Cancelled on request."))
        except BackendError as cause:
            self._tell(job, failure=cause)
        except Unreachable as cause:
            _LOG.warning("job %s: %s; its lease will run out", job.job_id, cause)
        except Refused as cause:
            self._tell(job, failure=BackendError("invalid", "refused", str(cause)[:400]))
        except Exception as cause:
            # The loop is the one place that goes on after anything: one bad job must not end the worker.
            _LOG.exception("job %s broke", job.job_id)
            self._tell(
                job,
                failure=BackendError("transient", "crashed", f"The worker broke: {type(cause).__name__}."),
            )

    def _deliver(self, job: ClaimedJob, delivery: Delivery, wall_ms: int) -> None:
        request = DoneRequest(
            lease_id=job.lease_id,
            attempt=job.attempt,
            outputs=list(delivery.outputs),
            usage=JobUsage(gpu_ms=0, wall_ms=wall_ms, peak_bytes=None),
            recipe_echo=delivery.recipe,
        )
        for tries_left in (2, 1, 0):
            try:
                self._client.done(job.job_id, request)
                return
            except Unreachable:
                # Repeating is safe: the app knows this try by its number.
                if tries_left == 0:
                    raise
                time.sleep(1.0)

    def _tell(self, job: ClaimedJob, failure: BackendError | None = None, release: str = "") -> None:
        try:
            if failure is None:
                self._client.release(job.job_id, ReleaseRequest(lease_id=job.lease_id, reason=release))
                return
            _LOG.warning("job %s: %s: %s", job.job_id, failure.failure, failure)
            self._client.fail(
                job.job_id,
                FailRequest(
                    lease_id=job.lease_id,
                    class_=failure.failure,
                    code=failure.code,
                    message=str(failure)[:500],
                ),
            )
        except (Unreachable, LeaseLost, Refused) as cause:
            _LOG.warning("job %s: its end could not be told: %s", job.job_id, cause)


class _Watch:
    """Heartbeat of one job: a thread that beats, and the `step` that the work calls."""

    def __init__(self, client: Client, job: ClaimedJob, every_s: float, stopping: threading.Event) -> None:
        self._client = client
        self._job = job
        self._every_s = every_s
        self._stopping = stopping
        self._signal = StopSignal()
        self._ended = threading.Event()
        self._at: tuple[Phase, int, int | None] = ("load", 0, None)
        self._changed = threading.Event()
        self._thread = threading.Thread(target=self._beats, name="heartbeat", daemon=True)

    def __enter__(self) -> _Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._changed.set()
        self._thread.join()

    def step(self, phase: Phase, step: int, steps: int | None) -> None:
        """Notes where the work is and raises when it must stop."""
        self._at = (phase, step, steps)
        self._changed.set()
        self._signal.check()

    def _beats(self) -> None:
        drain_at: float | None = None
        while not self._ended.is_set():
            self._changed.wait(self._every_s if drain_at is None else _BEAT_GAP_S)
            self._changed.clear()
            if self._ended.is_set():
                return
            if self._stopping.is_set():
                drain_at = drain_at or time.monotonic() + _GRACE_S
                if time.monotonic() > drain_at:
                    self._signal.stop(Draining())
            self._beat()
            self._ended.wait(_BEAT_GAP_S)

    def _beat(self) -> None:
        phase, step, steps = self._at
        request = BeatRequest(
            phase=phase, step=step, steps=steps, eta_ms=None, preview_sha=None, lease_id=self._job.lease_id
        )
        try:
            answer = self._client.beat(self._job.job_id, request)
        except LeaseLost as cause:
            self._signal.stop(cause)
        except (Unreachable, Refused) as cause:
            # A lost beat is no reason to stop: the lease holds for a while, and the next beat may pass.
            _LOG.warning("job %s: a beat was lost: %s", self._job.job_id, cause)
        else:
            if answer.cancel:
                self._signal.stop(Cancelled())
