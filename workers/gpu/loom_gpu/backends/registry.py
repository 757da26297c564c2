"""Every image backend of this worker, one line each."""

from __future__ import annotations

from loom_gpu.backends.base import Backend
from loom_gpu.backends.fake import Fake
from loom_gpu.backends.procedural import Procedural


def all_backends() -> tuple[Backend, ...]:
    """The backends of this version. `fake` is for tests and only offered when the settings name it."""
    return (Procedural(), Fake())
