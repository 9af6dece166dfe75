#!/bin/sh
# Makes docker/secrets/: passwords, URLs, the signing key, and a certificate of its own until you have a real one.
# Nothing that is there is changed.
set -eu
umask 077
cd "$(dirname "$0")"
mkdir -p secrets
random() { od -An -tx1 -N24 /dev/urandom | tr -d ' \n'; }
make() { [ -e "secrets/$1" ] || printf '%s' "$2" > "secrets/$1"; }
make secret_key "$(random)$(random)"
for role in owner app raster; do
    make "${role}_password" "$(random)"
    user=wangge_$role
    [ "$role" != owner ] || user=wangge
    make "${role}_url" "postgresql://$user:$(cat "secrets/${role}_password")@database:5432/wangge"
done
if [ ! -e secrets/tls_certificate ]; then
    openssl req -x509 -newkey rsa:2048 -nodes -days 365 -subj "/CN=${1:-localhost}" \
        -addext "subjectAltName=DNS:${1:-localhost}" -keyout secrets/tls_key -out secrets/tls_certificate 2>/dev/null
fi
# Compose mounts them as they are, and the containers run as other users.
chmod 0755 secrets && chmod 0644 secrets/*
echo "docker/secrets/ is complete. Keep the folder docker/ from others: chmod 700 docker"
