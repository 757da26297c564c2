"""Settings of the worker, parsed once from the environment."""

from __future__ import annotations

import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

_LOOPBACK = re.compile(r"^(localhost|127(\.\d{1,3}){3}|::1)$")
_TOKEN = re.compile(r"^loomw_[A-Za-z0-9_-]{20,80}$")


class SettingError(Exception):
    """A setting is missing or wrong; the message names it. Values are not repeated: they may be secret."""


@dataclass(frozen=True)
class Settings:
    """What the worker needs to know."""

    url: str
    token: str
    name: str
    backends: tuple[str, ...]


def parse_settings(env: Mapping[str, str]) -> Settings:
    """Reads LOOM_URL, LOOM_WORKER_TOKEN, LOOM_WORKER_NAME and LOOM_WORKER_BACKENDS.

    Raises:
        SettingError: for a missing or wrong one.
    """
    url = env.get("LOOM_URL", "http://127.0.0.1:3000").rstrip("/")
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host:
        raise SettingError("LOOM_URL: write the address of the app, such as https://loom.example.")
    if parts.scheme == "http" and not _LOOPBACK.match(host):
        raise SettingError("LOOM_URL: beyond this machine the address must be https, or the key could be read.")
    token = env.get("LOOM_WORKER_TOKEN", "")
    if not _TOKEN.match(token):
        raise SettingError("LOOM_WORKER_TOKEN: make a key with `npm run loom -- worker-token NAME` and set it here.")
    name = env.get("LOOM_WORKER_NAME", "") or platform.node() or "worker"
    backends = tuple(part.strip() for part in env.get("LOOM_WORKER_BACKENDS", "procedural").split(",") if part.strip())
    return Settings(url=url, token=token, name=name[:80], backends=backends)
