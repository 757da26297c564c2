"""The worker protocol, generated from the app's schemas."""
