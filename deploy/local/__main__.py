"""`python -m deploy.local run|stop|logs|reset`: the one-command stack, as the Makefile calls it."""

import argparse
import sys
from pathlib import Path

from deploy.local import log_view
from deploy.local.ports import DEMO_BASE
from deploy.local.running import FOLDER, Demo
from deploy.local.words import sentence


def main() -> int:
    """Do what was asked; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the demo keeps everything")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="start the demo and stay with it until Ctrl-C")
    run.add_argument(
        "--port", type=int, default=DEMO_BASE, help="the portal's port; its servers take the next ones"
    )
    commands.add_parser("stop", help="stop the demo from another shell")
    commands.add_parser("logs", help="follow all logs")
    commands.add_parser("reset", help="stop the demo and forget its data and secrets")
    options = parser.parse_args()
    demo = Demo(options.folder)
    if options.command == "run":
        return demo.run(options.port)
    if options.command == "logs":
        return _logs(demo.root / "log")
    return demo.stop() if options.command == "stop" else demo.reset()


def _logs(folder: Path) -> int:
    if not folder.exists():
        print(sentence("no_logs"))
        return 1
    try:
        log_view.follow(folder)
    except (KeyboardInterrupt, BrokenPipeError):
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
