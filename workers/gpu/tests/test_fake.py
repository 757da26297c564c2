from __future__ import annotations

import pytest

from loom_gpu.backends.base import BackendError, RenderRequest
from loom_gpu.backends.fake import Fake
from loom_gpu.contract.models import RenderPanelInput
from loom_gpu.png import PngError, read_grey


def render(panel: RenderPanelInput, control: bytes, fault: str, frugal: bool = False) -> tuple[bytes, int]:
    asked = panel.model_copy(update={"prompt": f"fault: {fault}"})
    drawn = Fake().render(RenderRequest(asked, control, frugal), lambda *_: None)
    return drawn.png, drawn.width


@pytest.mark.parametrize("fault", ["oom", "transient", "unsafe"])
def test_scripted_failures(panel: RenderPanelInput, control: bytes, fault: str) -> None:
    with pytest.raises(BackendError) as caught:
        render(panel, control, fault)
    assert caught.value.failure == fault


def test_out_of_memory_goes_away_when_frugal(panel: RenderPanelInput, control: bytes) -> None:
    assert render(panel, control, "oom", frugal=True)[1] == panel.width_px


def test_wrong_size_black_and_corrupt(panel: RenderPanelInput, control: bytes) -> None:
    assert render(panel, control, "wrong-size")[1] == 8
    assert set(read_grey(render(panel, control, "black")[0]).pixels) == {0}
    with pytest.raises(PngError):
        read_grey(render(panel, control, "corrupt")[0])
