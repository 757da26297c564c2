"""The job kind `render_panel`: one picture for one panel."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from loom_gpu.backends.base import Backend, BackendError, Rendering, RenderRequest, Step
from loom_gpu.contract.models import JobOutput, RecipeEcho, RenderPanelInput

KIND = "render_panel"


@dataclass(frozen=True)
class Delivery:
    """What goes back to the app: the bytes of each output by hash, and the protocol's description of them."""

    blobs: dict[str, bytes]
    outputs: tuple[JobOutput, ...]
    recipe: RecipeEcho


def render_panel(
    raw: dict[str, Any],
    frugal: bool,
    read_blob: Callable[[str], bytes],
    backends: Sequence[Backend],
    step: Step,
) -> Delivery:
    """Parses the input, fetches the storyboard, draws.

    Raises:
        BackendError: class `invalid` for an input that does not fit, `missing_model` for a backend that is not here.
    """
    try:
        panel = RenderPanelInput.model_validate(raw)
    except ValidationError as cause:
        field = ".".join(str(part) for part in cause.errors()[0]["loc"])
        raise BackendError("invalid", "input", f"The field {field} does not fit.") from cause
    backend = next((one for one in backends if one.id == panel.backend), None)
    if backend is None:
        raise BackendError("missing_model", "backend", f"This worker has no backend {panel.backend}.")
    if panel.width_px * panel.height_px > backend.capabilities().max_pixels:
        raise BackendError("invalid", "too-many-pixels", "The picture is larger than this backend draws.")
    control = read_blob(panel.control.sha256)
    drawn = backend.render(RenderRequest(panel=panel, control=control, frugal=frugal), step)
    return _deliver(drawn)


def _deliver(drawn: Rendering) -> Delivery:
    sha256 = hashlib.sha256(drawn.png).hexdigest()
    output = JobOutput(role="image", sha256=sha256, mime="image/png", width=drawn.width, height=drawn.height)
    return Delivery(blobs={sha256: drawn.png}, outputs=(output,), recipe=drawn.recipe)
