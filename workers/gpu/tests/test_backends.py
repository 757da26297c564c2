"""The contract suite of image backends: every backend of the registry runs it."""

from __future__ import annotations

import resource

import pytest
from conftest import panel_input

from loom_gpu.backends.base import Backend, BackendError, Phase, RenderRequest
from loom_gpu.backends.registry import all_backends
from loom_gpu.contract.models import RenderPanelInput
from loom_gpu.png import read_grey

pytestmark = pytest.mark.parametrize("backend", all_backends(), ids=lambda backend: backend.id)


def go_on(_phase: Phase, _step: int, _steps: int | None) -> None:
    return None


def test_it_is_ready_or_says_what_is_missing(backend: Backend) -> None:
    probe = backend.probe()
    assert probe.ready or (probe.missing and probe.remedy)


def test_the_size_is_exact(backend: Backend, panel: RenderPanelInput, control: bytes) -> None:
    drawn = backend.render(RenderRequest(panel, control), go_on)
    image = read_grey(drawn.png)
    assert (image.width, image.height) == (drawn.width, drawn.height) == (panel.width_px, panel.height_px)


def test_the_seed_decides_the_picture(backend: Backend, panel: RenderPanelInput, control: bytes) -> None:
    first = backend.render(RenderRequest(panel, control), go_on).png
    assert backend.render(RenderRequest(panel, control), go_on).png == first
    others = [
        backend.render(RenderRequest(panel.model_copy(update={"seed": seed}), control), go_on).png for seed in range(5)
    ]
    assert len(set(others)) > 1


def test_the_drawing_follows_the_storyboard(backend: Backend, panel: RenderPanelInput, control: bytes) -> None:
    image = read_grey(backend.render(RenderRequest(panel, control), go_on).png)
    lines = read_grey(control)
    dark = [i for i, luma in enumerate(lines.pixels) if luma < 128]
    assert all(image.pixels[i] < 60 for i in dark)


@pytest.mark.parametrize("palette", ["ink", "tone", "colour"])
def test_every_palette_is_painted(backend: Backend, panel: RenderPanelInput, control: bytes, palette: str) -> None:
    asked = panel.model_copy(update={"palette": palette})
    assert backend.render(RenderRequest(asked, control), go_on).png.startswith(b"\x89PNG")


def test_the_recipe_is_complete(backend: Backend, panel: RenderPanelInput, control: bytes) -> None:
    recipe = backend.render(RenderRequest(panel, control), go_on).recipe
    assert recipe.backend == backend.id
    assert recipe.seed == panel.seed
    assert (recipe.width_px, recipe.height_px) == (panel.width_px, panel.height_px)
    assert recipe.reproducible == backend.capabilities().reproducible
    assert recipe.backend_version and recipe.software and recipe.device


def test_steps_go_forward_and_end(backend: Backend, panel: RenderPanelInput, control: bytes) -> None:
    seen: list[tuple[int, int | None]] = []
    backend.render(RenderRequest(panel, control), lambda _phase, step, steps: seen.append((step, steps)))
    assert [step for step, _ in seen] == sorted(step for step, _ in seen)
    assert seen[-1][0] == seen[-1][1]


@pytest.mark.parametrize("at", [0, 1, 3])
def test_it_stops_at_any_step(backend: Backend, panel: RenderPanelInput, control: bytes, at: int) -> None:
    class Stop(Exception):
        pass

    calls = 0

    def stop(_phase: Phase, _step: int, _steps: int | None) -> None:
        nonlocal calls
        if calls == at:
            raise Stop
        calls += 1

    with pytest.raises(Stop):
        backend.render(RenderRequest(panel, control), stop)
    assert calls == at


@pytest.mark.parametrize("broken", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n"])
def test_an_unreadable_storyboard_is_invalid(backend: Backend, panel: RenderPanelInput, broken: bytes) -> None:
    with pytest.raises(BackendError) as caught:
        backend.render(RenderRequest(panel, broken), go_on)
    assert caught.value.failure == "invalid"


def test_a_storyboard_of_another_size_is_invalid(backend: Backend, control: bytes) -> None:
    panel = RenderPanelInput.model_validate(panel_input(control, widthPx=97))
    with pytest.raises(BackendError) as caught:
        backend.render(RenderRequest(panel, control), go_on)
    assert caught.value.failure == "invalid"


def test_memory_does_not_grow(backend: Backend, panel: RenderPanelInput, control: bytes) -> None:
    def draw(times: int) -> int:
        for _ in range(times):
            backend.render(RenderRequest(panel, control), go_on)
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    before = draw(20)
    assert draw(60) <= before * 1.05
