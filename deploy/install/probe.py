"""`python -S -m deploy.install.probe`: exit code 0 when the address in PROBE answers well, for health checks."""

import http.client
import os
import sys
from urllib.parse import urlsplit

SECONDS = 5.0


def answers_well(address: str) -> bool:
    """Whether the address answers with a status below 400."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=SECONDS)
    try:
        connection.request("GET", f"{parts.path}?{parts.query}" if parts.query else parts.path)
        return connection.getresponse().status < 400
    except OSError:
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if answers_well(os.environ["PROBE"]) else 1)
