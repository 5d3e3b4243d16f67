# Starts a throw-away PostgreSQL, prints "ready", keeps it until standard input ends, then removes every trace.
# Standard input ends when the chore ends, however it ends; so no server is ever left behind.
# Arguments: the folder of PostgreSQL's programs, a free port.
set -eu
programs=$1
port=$2
trap '' INT TERM HUP
dir=$(mktemp -d "${TMPDIR:-/tmp}/throughline-postgres.XXXXXX")
finish() {
    if [ -f "$dir/data/postmaster.pid" ]; then
        "$programs/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null 2>&1 || true
    fi
    rm -rf "$dir"
}
trap finish EXIT
if ! "$programs/initdb" -D "$dir/data" -U throughline -A trust -E UTF8 --locale=C --no-sync >"$dir/log" 2>&1; then
    cat "$dir/log" >&2
    exit 1
fi
options="-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$dir -c max_connections=200"
options="$options -c dynamic_shared_memory_type=mmap"
if ! "$programs/pg_ctl" -D "$dir/data" -l "$dir/log" -w -t 60 -o "$options" start >/dev/null; then
    cat "$dir/log" >&2
    exit 1
fi
echo ready
cat >/dev/null
