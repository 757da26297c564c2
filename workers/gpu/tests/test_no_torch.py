"""The package imports, and its contract suite passes, where torch, diffusers and numpy cannot be imported."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent

BLOCK = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"torch", "diffusers", "transformers", "numpy", "PIL", "safetensors"}:
            raise ImportError(f"{name} is blocked by this test")
        return None

sys.meta_path.insert(0, Blocked())
import pytest
sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", *sys.argv[1:]]))
"""


def test_everything_but_model_backends_works_without_torch() -> None:
    suites = [str(HERE / name) for name in ("test_backends.py", "test_contract.py", "test_loop.py", "test_config.py")]
    done = subprocess.run(
        [sys.executable, "-c", BLOCK, *suites],
        cwd=HERE.parent,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
