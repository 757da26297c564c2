"""The procedural backend with scripted faults, for tests of the loop and of the app.

The fault is chosen by the job's prompt, `fault: <name>`; without one it paints like `procedural`. It is never offered
unless the settings ask for it by name.
"""

from __future__ import annotations

import os
import time
import zlib

from loom_gpu.backends.base import BackendError, Capabilities, Probe, Rendering, RenderRequest, Step
from loom_gpu.backends.procedural import Procedural
from loom_gpu.png import write_rgb

_SLOW_STEPS = 600
_SLOW_STEP_S = 0.1


class Fake:
    """Procedural drawing that can be slow, out of memory, dead, wrong in size, black or corrupt."""

    id = "fake"

    def __init__(self) -> None:
        self._painter = Procedural()

    def probe(self) -> Probe:
        """Always ready."""
        return Probe(ready=True)

    def capabilities(self) -> Capabilities:
        """What `procedural` can do."""
        return self._painter.capabilities()

    def render(self, request: RenderRequest, step: Step) -> Rendering:
        """Draws, with the fault that the prompt names."""
        fault = request.panel.prompt.removeprefix("fault: ") if request.panel.prompt.startswith("fault: ") else ""
        if fault == "oom" and not request.frugal:
            raise BackendError("oom", "fake-oom", "Out of memory, on request.")
        if fault == "transient":
            raise BackendError("transient", "fake-transient", "Broke, on request.")
        if fault == "unsafe":
            raise BackendError("unsafe", "fake-unsafe", "Refused, on request.")
        if fault == "dead":
            os._exit(137)
        if fault == "slow":
            for i in range(_SLOW_STEPS):
                step("draw", i, _SLOW_STEPS)
                time.sleep(_SLOW_STEP_S)
        drawn = self._painter.render(request, step)
        recipe = drawn.recipe.model_copy(update={"backend": self.id})
        if fault == "wrong-size":
            png = write_rgb(8, 8, bytes(3 * 64))
            return Rendering(png=png, width=8, height=8, recipe=recipe)
        if fault == "black":
            png = write_rgb(drawn.width, drawn.height, bytes(3 * drawn.width * drawn.height))
            return Rendering(png=png, width=drawn.width, height=drawn.height, recipe=recipe)
        if fault == "corrupt":
            middle = len(drawn.png) // 2
            png = drawn.png[:middle] + zlib.compress(b"noise") + drawn.png[middle:]
            return Rendering(png=png, width=drawn.width, height=drawn.height, recipe=recipe)
        return Rendering(png=drawn.png, width=drawn.width, height=drawn.height, recipe=recipe)
