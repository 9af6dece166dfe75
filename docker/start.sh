#!/bin/sh
# What a container of the app's image does: web, worker, migrate, health, or manage ARGUMENTS.
set -eu
case "${1:-web}" in
    web)
        export WANGGE_DB_POOL=1
        exec granian --interface asgi --host 0.0.0.0 --port "$PORT" --workers "${WORKERS:-2}" \
            --workers-kill-timeout 5 --log-level warning gis_core.asgi:application
        ;;
    worker) exec python manage.py work ;;
    migrate) exec python manage.py migrate --noinput ;;
    health)
        exec python -c "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"
        ;;
    manage)
        shift
        exec python manage.py "$@"
        ;;
    *) echo "usage: web | worker | migrate | health | manage ARGUMENTS" >&2; exit 2 ;;
esac
