"""Worker of The Loom: pulls panel jobs over HTTP, draws them, and delivers the pictures."""

__version__ = "0.1.0"
