"""What the image says when it is started without a command."""

import sys

USAGE = """\
One image, many programs. Name one:
  python -m chassis.run services.identity|requests|licensing|documents|notifications
  gunicorn -c python:gateway.gunicorn_config --bind 0.0.0.0:8000 --workers 2 gateway.wsgi:app
  python -m chassis.migrate services.NAME
  python -m chassis.topology
  python -m deploy.install.databases | buckets | secret_files
docs/operations.md tells how they belong together.
"""

if __name__ == "__main__":
    sys.exit(USAGE)
