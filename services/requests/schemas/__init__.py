"""Payloads: `inputs` are marshmallow schemas of what comes in, the others write what goes out."""
