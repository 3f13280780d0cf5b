"""How gunicorn runs the gateway: threads, no eventlet. `gunicorn -c python:gateway.gunicorn_config gateway.wsgi:app`.

Bind address and number of processes come with the command line; THREADS is the setting of the same name.
"""

from gateway import settings

threads = settings.threads()
worker_class = "gateway.worker.Worker"
timeout = 60  # a worker without a turn of its loop; threads do not count
graceful_timeout = 25
keepalive = 15
limit_request_line = 8190
limit_request_field_size = 16380
errorlog = "-"
accesslog = None  # the application writes its own line, without addresses that hold tokens
loglevel = "warning"
