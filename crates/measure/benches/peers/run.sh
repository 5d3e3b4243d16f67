#!/usr/bin/env bash
# Both sides of the benchmark of measures: ours, then DuckDB and lifelines from PyPI in a virtual environment, on the same data and as many
# threads. Prints what each took, whether they agree, and the ratios. Needs Python 3.10 or newer, and 1 GB of disk.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
work="${THROUGHLINE_BENCH_MEASURE:-$(mktemp -d)}"
mkdir -p "$work"
if [ ! -x "$work/venv/bin/python" ]; then
    python3 -m venv "$work/venv"
    "$work/venv/bin/pip" -q install -r "$here/requirements.txt"
fi
cd "$here/../../../.."
# Incremental builds split the program into pieces too small to be fast.
export CARGO_INCREMENTAL=0
bench() { cargo bench -q -p measure --features parquet --bench reoffending -- "$1"; }
peers() { "$work/venv/bin/python" "$here/peers.py" "$work" "$1"; }
bench "$work" | tee "$work/ours.txt"
peers write
: > "$work/theirs.txt"
# In turns, so that a busy moment of the machine falls on both.
for _ in 1 2 3 4; do
    bench "$work/events.parquet" | tee -a "$work/ours.txt"
    peers from_parquet >> "$work/theirs.txt"
done
peers compare
