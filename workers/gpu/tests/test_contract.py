"""Both sides read the same golden messages (tests/golden/*.json); the TypeScript side does so too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from loom_gpu.contract import models

GOLDEN = json.loads((Path(__file__).parent / "golden" / "messages.json").read_text("utf-8"))


@pytest.mark.parametrize("name", sorted(GOLDEN["good"]))
def test_golden_messages_are_read_and_written_alike(name: str) -> None:
    model: type[models.Model] = getattr(models, name.split(":")[0])
    message: dict[str, Any] = GOLDEN["good"][name]
    assert model.model_validate(message).model_dump(mode="json", by_alias=True) == message


@pytest.mark.parametrize("name", sorted(GOLDEN["bad"]))
def test_bad_messages_are_refused(name: str) -> None:
    model: type[models.Model] = getattr(models, name.split(":")[0])
    with pytest.raises(ValidationError):
        model.model_validate(GOLDEN["bad"][name])


def test_unknown_fields_are_ignored() -> None:
    message = {**GOLDEN["good"]["BeatAnswer"], "fromTheFuture": True}
    assert models.BeatAnswer.model_validate(message) == models.BeatAnswer.model_validate(GOLDEN["good"]["BeatAnswer"])
