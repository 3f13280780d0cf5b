"""The sentences of the local stack: each says what happened and what to do."""

_SENTENCES = {
    "port_taken": (
        "Port {port}, which the portal's {server} needs, is taken by another program. "
        "Stop that program, or move the whole portal: make run PORT=9000"
    ),
    "port_out_of_range": "Port {port} will not do: choose one from 1024 to {highest}.",
    "no_free_ports": "No free block of ports from {first} to {last} was found. Are old test stacks still running?",
    "disk_full": (
        "The disk is nearly full: {free} MB are free at {folder} and {needed} MB are needed. "
        "Free some space and try again."
    ),
    "already_running": "The portal is already running. Stop it with Ctrl-C in its window, or: make stop",
    "root_in_use": "Another process runs a stack in {folder}. Stop it first (make stop), or use another folder.",
    "broker_missing": (
        "RabbitMQ is missing. Run: make run (it installs it), or: "
        "apt-get install --no-install-recommends rabbitmq-server"
    ),
    "postgres_missing": (
        "PostgreSQL is missing. Run: make run (it installs it), or name a folder with its programs in PG_BIN."
    ),
    "postgres_too_old": (
        "PostgreSQL in {folder} is version {version}; 17 or later is needed. Remove PG_BIN or name another folder."
    ),
    "store_missing": "The S3 server (weed) is missing. Run: make run (it installs it).",
    "user_refused": (
        "PostgreSQL refuses to run as root, and this machine allows neither a user namespace nor setpriv. "
        "Run make as an ordinary user."
    ),
    "not_started": "{name} did not start: {reason}. The end of {log}:\n{tail}",
    "step_failed": "{name} failed (exit code {code}). The end of {log}:\n{tail}",
    "reason_ended": "it ended at once (exit code {code})",
    "reason_late": "it was not ready after {seconds:.0f} seconds",
    "crashed": "{name} ended unexpectedly (exit code {code}); starting it again. The end of {log}:\n{tail}",
    "gave_up": "{name} ended {times} times and is left stopped. Mend it and run make again. The end of {log}:\n{tail}",
    "not_running": "The portal is not running.",
    "stopping": "Stopping the portal …",
    "stopped": "Stopped. Nothing is left running; the data stays in {folder}.",
    "stop_late": "The portal did not stop in {seconds} seconds and was ended by force.",
    "reset_done": "The portal's data and secrets are gone. make run starts afresh.",
    "no_logs": "There are no logs yet. Start the portal with: make run",
    "ready": "The portal is ready. Ctrl-C stops it.",
}


def sentence(key: str, **facts: object) -> str:
    """The sentence of `key` with the facts filled in."""
    return _SENTENCES[key].format(**facts)
