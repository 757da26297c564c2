"""Kinds of job, one per file."""
