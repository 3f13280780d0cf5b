#!/bin/sh
# Starts SeaweedFS on the loopback of a container without a network; S3 answers on a socket too.
set -eu
# Without these keys sealed buckets cannot be written, and the inner ports give every object away.
. /run/secrets/environment
mkdir -p /var/lib/storage/data
rm -f /run/storage/s3.sock
cd /tmp
exec weed -logtostderr=true mini \
    -dir=/var/lib/storage/data -ip=127.0.0.1 -ip.bind=127.0.0.1 \
    -master.port=9333 -master.telemetry=false -volume.port=9340 -filer.port=8888 \
    -filer.localSocket=/tmp/filer.sock -filer.allowedOrigins="$PORTAL_ORIGIN" \
    -s3.port=8333 -s3.port.iceberg=0 -s3.port.lance=0 -s3.config=/run/secrets/s3.json \
    -s3.localSocket=/run/storage/s3.sock -s3.autoCreateBucket=false -s3.allowDeleteBucketNotEmpty=false \
    -s3.allowedOrigins="$PORTAL_ORIGIN" \
    -webdav=false -admin.ui=false
