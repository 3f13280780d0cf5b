# Debian's RabbitMQ, 3.10 or 4.x by its base, started as the public image is.
ARG BASE_IMAGE=local/debian:trixie
FROM ${BASE_IMAGE}
RUN apt-get update \
    && apt-get install -y --no-install-recommends rabbitmq-server \
    && rm -rf /var/lib/apt/lists/* /var/lib/rabbitmq/* /var/lib/rabbitmq/.erlang.cookie \
    && chmod 777 /var/log/rabbitmq
ENV PATH=/usr/lib/rabbitmq/bin:$PATH HOME=/var/lib/rabbitmq LANG=C.UTF-8
VOLUME /var/lib/rabbitmq
USER rabbitmq
CMD ["rabbitmq-server"]
