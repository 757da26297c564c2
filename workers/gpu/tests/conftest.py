from __future__ import annotations

import hashlib
from typing import Any

import pytest

from loom_gpu.contract.models import RenderPanelInput
from loom_gpu.png import write_rgb


def storyboard(width: int = 96, height: int = 64) -> bytes:
    """A frame with a box and a cross in it, as a storyboard would be: dark lines on white."""
    pixels = bytearray(b"\xff" * (width * height * 3))

    def ink(x: int, y: int) -> None:
        pixels[3 * (y * width + x) : 3 * (y * width + x) + 3] = b"\x10\x10\x10"

    for x in range(20, 70):
        ink(x, 15)
        ink(x, 50)
    for y in range(15, 51):
        ink(20, y)
        ink(69, y)
        ink(45, y)
    return write_rgb(width, height, bytes(pixels))


def panel_input(control: bytes, **changes: Any) -> dict[str, Any]:
    return {
        "panelId": "pa_1",
        "sceneId": "sc_1",
        "versionId": "pv_1",
        "parentVersionId": None,
        "reason": "first",
        "backend": "procedural",
        "widthPx": 96,
        "heightPx": 64,
        "seed": 7,
        "control": {
            "sha256": hashlib.sha256(control).hexdigest(),
            "kind": "storyboard",
            "drawingVersion": "1",
            "blueprintHash": "abc",
        },
        "prompt": "",
        "promptVersion": "1",
        "palette": "colour",
        **changes,
    }


@pytest.fixture
def control() -> bytes:
    return storyboard()


@pytest.fixture
def panel(control: bytes) -> RenderPanelInput:
    return RenderPanelInput.model_validate(panel_input(control))
