"""`loom_gpu doctor`: what this worker can do here, and what is missing for the rest."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence

from loom_gpu import __version__
from loom_gpu.backends.base import Backend
from loom_gpu.runtime.client import Client
from loom_gpu.runtime.config import SettingError, Settings, parse_settings
from loom_gpu.runtime.errors import Unreachable, WorkerError


def examine(env: Mapping[str, str], backends: Sequence[Backend]) -> tuple[list[str], bool]:
    """Looks at settings, backends and the app.

    Returns:
        The lines to print, and whether the worker could run.
    """
    lines = [f"loom_gpu {__version__}, Python {platform.python_version()}"]
    settings: Settings | None = None
    try:
        settings = parse_settings(env)
        lines.append(f"settings: ok, app at {settings.url}, worker name {settings.name}")
    except SettingError as cause:
        lines.append(f"settings: {cause}")
    ready = [backend.id for backend in backends if backend.probe().ready]
    for backend in backends:
        probe = backend.probe()
        state = "ready" if probe.ready else f"missing {probe.missing}; get it with: {probe.remedy}"
        lines.append(f"backend {backend.id}: {state}")
    lines.append("Backends that draw with a model (diffusers, ComfyUI) are not part of this version.")
    reachable = settings is not None and _reach(settings, lines)
    wanted = settings.backends if settings else ()
    for name in wanted:
        if name not in ready:
            lines.append(f"LOOM_WORKER_BACKENDS names {name}, which is not ready here.")
    return lines, reachable and bool(wanted) and all(name in ready for name in wanted)


def _reach(settings: Settings, lines: list[str]) -> bool:
    client = Client(settings.url, settings.token)
    try:
        client.check()
    except Unreachable as cause:
        lines.append(f"app: {cause}. Is it running, and is LOOM_URL right?")
        return False
    except WorkerError as cause:
        lines.append(f"app: {cause}")
        return False
    finally:
        client.close()
    lines.append("app: reachable, the key is good")
    return True
