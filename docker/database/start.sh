#!/bin/sh
# Makes the cluster the first time, brings roles and database up to date (tools/bootstrap.sql), then serves.
set -eu
secret() { cat "/run/secrets/$1"; }
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    rm -rf "$PGDATA.new"
    initdb -D "$PGDATA.new" -U postgres --auth-local=trust --auth-host=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8
    echo "host all wangge,wangge_app,wangge_raster all scram-sha-256" >> "$PGDATA.new/pg_hba.conf"
    mv "$PGDATA.new" "$PGDATA"
fi
# Nobody but this script is let in while the roles are made: a socket in /tmp, no address.
pg_ctl -D "$PGDATA" -w -o "-c listen_addresses='' -c unix_socket_directories=/tmp" start
WANGGE_OWNER_PASSWORD=$(secret owner_password) WANGGE_APP_PASSWORD=$(secret app_password) \
    WANGGE_RASTER_PASSWORD=$(secret raster_password) \
    psql -X -q -v ON_ERROR_STOP=1 -h /tmp -U postgres -f /usr/local/share/wangge/bootstrap.sql postgres
pg_ctl -D "$PGDATA" -w -m fast stop
exec postgres -D "$PGDATA" -c listen_addresses='*' -c unix_socket_directories=/tmp -c jit=off -c random_page_cost=1.1 \
    -c shared_buffers="${SHARED_BUFFERS:-256MB}" -c work_mem=32MB -c maintenance_work_mem=256MB -c max_wal_size=4GB
