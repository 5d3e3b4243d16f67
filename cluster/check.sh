#!/usr/bin/env bash
# A scheduler and two executors on loopback, and the same figures by the engine of `measure`, by the plan on one machine and on this cluster.
# Stops with an error when a digit differs. Arguments go to `throughline-cluster check`: --people 200000 --only scotland-headline.
set -euo pipefail
cd "$(dirname "$0")"
profile="${THROUGHLINE_CLUSTER_PROFILE:-dev}"
cargo build -q --profile "$profile"
folder=$([ "$profile" = dev ] && echo debug || echo "$profile")
program="${CARGO_TARGET_DIR:-target}/$folder/throughline-cluster"
port="${THROUGHLINE_CLUSTER_PORT:-50150}"
work=$(mktemp -d)
running=()
stop() {
    kill "${running[@]}" 2>/dev/null || true
    rm -rf "$work"
}
trap stop EXIT
"$program" scheduler --port "$port" >"$work/scheduler.log" 2>&1 &
running+=($!)
for number in 1 2; do
    mkdir "$work/$number"
    "$program" executor --scheduler-port "$port" --port $((port + 10 * number)) --work "$work/$number" >"$work/$number.log" 2>&1 &
    running+=($!)
done
for _ in $(seq 60); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$((port + 10))") 2>/dev/null && (exec 3<>"/dev/tcp/127.0.0.1/$((port + 20))") 2>/dev/null; then break; fi
    sleep 0.5
done
"$program" check --scheduler "df://127.0.0.1:$port" "$@"
