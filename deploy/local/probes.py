"""Small questions to a server: does it listen, does it answer 200."""

import base64
import http.client
import socket
import urllib.error
import urllib.request

from deploy.local.ports import HOST


def listens(port: int) -> bool:
    """Whether something accepts connections on 127.0.0.1:port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def answers(url: str, login: tuple[str, str] | None = None, seconds: float = 2.0) -> bool:
    """Whether GET url answers 200."""
    request = urllib.request.Request(url)  # noqa: S310  our own addresses
    if login:
        request.add_header("Authorization", "Basic " + base64.b64encode(":".join(login).encode()).decode())
    # No proxy of the environment: the servers are on this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=seconds) as answer:
            return answer.status == 200
    except (urllib.error.URLError, http.client.HTTPException, OSError):
        return False
