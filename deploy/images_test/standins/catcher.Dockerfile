# The portal's image and what the catcher of mail needs besides.
ARG BASE_IMAGE=local/debian:trixie
ARG PORTAL_IMAGE=local/portal:test
FROM ${BASE_IMAGE} AS packages
COPY catcher.txt /tmp/catcher.txt
RUN python3 -m venv /opt/build \
    && /opt/build/bin/python -m pip install --no-cache-dir --quiet --require-hashes --target /opt/catcher -r /tmp/catcher.txt
# hadolint ignore=DL3006
FROM ${PORTAL_IMAGE}
COPY --from=packages /opt/catcher /opt/catcher
ENV PYTHONPATH=/opt/catcher
