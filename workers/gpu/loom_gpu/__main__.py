"""Command line: `python -m loom_gpu doctor` and `python -m loom_gpu run`."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys

from loom_gpu.backends.registry import all_backends
from loom_gpu.runtime.client import Client
from loom_gpu.runtime.config import SettingError, parse_settings
from loom_gpu.runtime.doctor import examine
from loom_gpu.runtime.errors import Refused
from loom_gpu.runtime.loop import Loop


def main(arguments: list[str] | None = None) -> int:
    """Runs a command and answers its exit code: 0 good, 1 not ready, 64 wrong setting, 69 refused by the app."""
    parser = argparse.ArgumentParser(prog="loom_gpu", description="Worker of The Loom.")
    parser.add_argument("command", choices=["doctor", "run"])
    command: str = parser.parse_args(arguments).command
    backends = all_backends()
    if command == "doctor":
        lines, good = examine(os.environ, [backend for backend in backends if backend.id != "fake"])
        print("\n".join(lines))
        return 0 if good else 1
    return run()


def run() -> int:
    """Works until a signal asks to stop."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        settings = parse_settings(os.environ)
    except SettingError as cause:
        print(cause, file=sys.stderr)
        return 64
    chosen = [backend for backend in all_backends() if backend.id in settings.backends and backend.probe().ready]
    unknown = set(settings.backends) - {backend.id for backend in chosen}
    if unknown or not chosen:
        print(
            f"LOOM_WORKER_BACKENDS: not ready here: {', '.join(sorted(unknown)) or 'none named'}.",
            file=sys.stderr,
        )
        return 64
    client = Client(settings.url, settings.token)
    loop = Loop(client, settings.name, chosen)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: loop.stop())
    try:
        loop.run()
    except Refused as cause:
        print(f"The app refuses this worker: {cause}", file=sys.stderr)
        return 69
    finally:
        client.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
