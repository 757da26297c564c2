"""Image backends, one per file; see registry.py."""
