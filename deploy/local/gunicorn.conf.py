"""The gateway of the local stack: two processes of 32 threads, restarted when one hangs."""

import os

bind = os.environ["GATEWAY_BIND"]
worker_class = "gthread"
workers = 2
threads = 32
timeout = 30
graceful_timeout = 8
keepalive = 5
worker_tmp_dir = "/dev/shm"  # noqa: S108  heartbeats off the disk
accesslog = None  # the application logs what may be logged
errorlog = "-"
loglevel = "info"
# No open control socket.
control_socket_disable = True
