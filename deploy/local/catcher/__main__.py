"""`python -m deploy.local.catcher --http PORT --smtp PORT`, [--file PATH] [--host ADDRESS].

SMS_TOKEN in the environment is what senders of text messages must bear.
"""

import argparse
import os
import signal
import sys
from pathlib import Path

from deploy.local.catcher.mailbox import Mailbox
from deploy.local.catcher.smtp import controller
from deploy.local.catcher.web import server

HOST = "127.0.0.1"


def main() -> None:
    """Serve both until SIGTERM."""
    parser = argparse.ArgumentParser(description="Catches mail and text messages.")
    parser.add_argument("--http", type=int, required=True)
    parser.add_argument("--smtp", type=int, required=True)
    parser.add_argument("--file", type=Path)
    parser.add_argument("--host", default=HOST, help="where both listen")
    options = parser.parse_args()
    mailbox = Mailbox(options.file)
    mail = controller(mailbox, options.host, options.smtp)
    mail.start()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with server(mailbox, (options.host, options.http), os.environ["SMS_TOKEN"]) as web:
        web.serve_forever()


if __name__ == "__main__":
    main()
