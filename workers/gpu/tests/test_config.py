from __future__ import annotations

import pytest

from loom_gpu.backends.procedural import Procedural
from loom_gpu.runtime.config import SettingError, parse_settings
from loom_gpu.runtime.doctor import examine

TOKEN = "loomw_" + "a" * 43


def test_defaults() -> None:
    settings = parse_settings({"LOOM_WORKER_TOKEN": TOKEN})
    assert settings.url == "http://127.0.0.1:3000"
    assert settings.backends == ("procedural",)
    assert settings.name


@pytest.mark.parametrize(
    ("env", "named"),
    [
        ({}, "LOOM_WORKER_TOKEN"),
        ({"LOOM_WORKER_TOKEN": "secret"}, "LOOM_WORKER_TOKEN"),
        ({"LOOM_WORKER_TOKEN": TOKEN, "LOOM_URL": "loom.example"}, "LOOM_URL"),
        ({"LOOM_WORKER_TOKEN": TOKEN, "LOOM_URL": "http://loom.example"}, "LOOM_URL"),
        ({"LOOM_WORKER_TOKEN": TOKEN, "LOOM_URL": "ftp://127.0.0.1"}, "LOOM_URL"),
    ],
)
def test_a_wrong_setting_is_named_and_not_repeated(env: dict[str, str], named: str) -> None:
    with pytest.raises(SettingError) as caught:
        parse_settings(env)
    assert named in str(caught.value)
    assert "secret" not in str(caught.value)


def test_the_doctor_says_what_is_there_and_what_is_not() -> None:
    lines, good = examine({}, [Procedural()])
    text = "\n".join(lines)
    assert not good
    assert "backend procedural: ready" in text
    assert "LOOM_WORKER_TOKEN" in text
    assert "not part of this version" in text


def test_the_doctor_tells_an_app_that_does_not_answer() -> None:
    lines, good = examine({"LOOM_WORKER_TOKEN": TOKEN, "LOOM_URL": "http://127.0.0.1:9"}, [Procedural()])
    assert not good
    assert "does not answer" in "\n".join(lines)
