"""The HTTP API: JSON for programs."""
