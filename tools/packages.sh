#!/bin/sh
# Installs the Debian packages that a target needs, and only those that are missing.
# Usage: packages.sh run|test. A shell script, since Python itself may be one of the missing.
set -eu

if [ -n "${DATABASE_URL:-}" ]; then
    database="postgresql-client-15"
else
    database="postgresql-15 postgresql-15-postgis-3"
fi
# gdal-bin brings the GDAL, GEOS and PROJ libraries that GeoDjango loads; gettext compiles the catalogues;
# Pango sets the text of PDF files, and the CJK font the labels of pictures and PDF files.
pdf="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk"
run="python3 python3-venv ca-certificates gettext gdal-bin libgeos-c1v5 libproj25 mapserver-bin $pdf $database"
test="$run chromium python3-qgis qgis-providers poppler-utils redis-server"

case "${1:-}" in
    run) wanted=$run ;;
    test) wanted=$test ;;
    *) echo "usage: packages.sh run|test" >&2; exit 2 ;;
esac

command -v dpkg-query >/dev/null || {
    echo "This is not Debian. Install what these packages hold, then run make again: $wanted" >&2
    exit 1
}

missing=
for package in $wanted; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || {
        echo "Missing Debian packages, and no sudo to install them. As root: apt-get install$missing" >&2
        exit 1
    }
    as_root=sudo
fi

# Debian's postgresql-15 would make and start a cluster on port 5432 that nobody here uses.
no_cluster=/etc/postgresql-common/createcluster.d/wangge-install.conf
$as_root mkdir -p "${no_cluster%/*}"
echo "create_main_cluster = false" | $as_root tee "$no_cluster" >/dev/null
trap '$as_root rm -f "$no_cluster"' EXIT
trap 'exit 130' INT TERM HUP

install() {
    # shellcheck disable=SC2086 # a list of words
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=300 \
        install --no-install-recommends $missing >&2
}

echo "==> Installing Debian packages:$missing" >&2
# The lists on a fresh machine are missing or old: fetch them when the first try says so.
install || { $as_root apt-get -qq update >&2; install; }
