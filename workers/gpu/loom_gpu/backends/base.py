"""What an image backend is: one protocol, checked by one contract suite (tests/test_backends.py)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from loom_gpu.contract.models import RecipeEcho, RenderPanelInput

FailureClass = Literal["transient", "oom", "invalid", "missing_model", "unsafe", "cancelled"]
Phase = Literal["load", "compile", "encode", "denoise", "draw", "decode", "measure", "upload"]


class BackendError(Exception):
    """A try that failed for a reason the backend knows; the class decides what the app does next."""

    def __init__(self, failure: FailureClass, code: str, message: str) -> None:
        super().__init__(message)
        self.failure: FailureClass = failure
        self.code = code


@dataclass(frozen=True)
class Probe:
    """Whether a backend can work here; `missing` says what is lacking and `remedy` the command to get it."""

    ready: bool
    missing: str = ""
    remedy: str = ""


@dataclass(frozen=True)
class Capabilities:
    """What a backend can do."""

    kinds: tuple[str, ...]
    max_pixels: int
    #: Whether the seed decides the picture, and where the same recipe gives the same bytes.
    reproducible: Literal["exact", "close", "no"]


@dataclass(frozen=True)
class RenderRequest:
    """One picture to draw: the job's input and its control drawing (PNG bytes, same size)."""

    panel: RenderPanelInput
    control: bytes
    frugal: bool = False


@dataclass(frozen=True)
class Rendering:
    """A drawn picture (PNG bytes) and what was done to get it."""

    png: bytes
    width: int
    height: int
    recipe: RecipeEcho


#: `step(phase, step, steps)`: the one place for beat, cancel and preview. Raises to stop the work.
Step = Callable[[Phase, int, int | None], None]


class Backend(Protocol):
    """An image backend. A new one is one file beside this one and one line in registry.py."""

    @property
    def id(self) -> str:
        """Stable name, as jobs ask for it."""

    def probe(self) -> Probe:
        """Looks whether it can work here; loads nothing heavy."""

    def capabilities(self) -> Capabilities:
        """What it can do when it is ready."""

    def render(self, request: RenderRequest, step: Step) -> Rendering:
        """Draws one picture of exactly the requested size.

        Raises:
            BackendError: with the class of the failure; whatever `step` raises passes through.
        """
