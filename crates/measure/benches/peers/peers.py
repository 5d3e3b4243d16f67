"""DuckDB and lifelines on the data that the benchmark wrote; see run.sh."""

import os
import sys
import time
from pathlib import Path

import duckdb
import pandas
from lifelines import CoxPHFitter

work = Path(sys.argv[1])
parquet = str(work / "events.parquet")

SQL = """
with cohort as (
    select person, min(day) as day from events
    where day between date '2015-01-01' and date '2015-12-31'
    group by person
), followed as (
    select cohort.person, count(events.day) as reoffences, max(events.weight) as worst, min(events.day) - cohort.day as days
    from cohort left join events
      on events.person = cohort.person and events.day > cohort.day and events.day <= cohort.day + 365
    group by cohort.person, cohort.day
)
select count(*), count(*) filter (reoffences > 0), sum(reoffences), coalesce(sum(worst), 0), coalesce(sum(days), 0) from followed
"""


def connected():
    database = duckdb.connect()
    database.execute(f"set threads to {os.cpu_count()}")
    return database


def write():
    """The events as Parquet, as DuckDB writes it, in the order of person and day."""
    connected().execute(
        "copy (select person::integer as person, date '1970-01-01' + day::integer as day, weight::integer as weight "
        "from read_csv(?) order by person, day) to '" + parquet + "' (format parquet)",
        [str(work / "events.csv")],
    )


def best_of(times, database):
    best = None
    for _ in range(times):
        began = time.perf_counter()
        sums = [int(value) for value in database.execute(SQL).fetchone()]
        took = time.perf_counter() - began
        best = took if best is None else min(best, took)
    return best, str(sums)


def from_parquet():
    """One turn of reading from disk; run.sh takes it and ours in turns, so that a busy moment of the machine falls on both."""
    database = connected()
    database.execute(f"create view events as select * from '{parquet}'")
    took, sums = best_of(5, database)
    print(f"parquet {took:.4f}")
    print(f"parquet_sums {sums}")


def said(file):
    """What was printed under each name, time after time."""
    lines = [line.partition(" ") for line in (work / file).read_text().splitlines()]
    return {name: [value for other, _, value in lines if other == name] for name, _, _ in lines}


def compare():
    every = said("ours.txt")
    ours = {name: values[-1] for name, values in every.items()}

    def agree(name, sums):
        print(f"{name}: the sums agree" if sums == ours[name] else f"{name}: THE SUMS DIFFER: {sums} and {ours[name]}")

    theirs = said("theirs.txt")
    mine, took = (min(map(float, side["parquet"])) for side in (every, theirs))
    print(f"ours from Parquet {mine:.4f}")
    print(f"duckdb {duckdb.__version__} from Parquet {took:.4f}")
    agree("parquet_sums", theirs["parquet_sums"][-1])
    print(f"duckdb takes {took / mine:.1f} times as long as ours from Parquet")

    in_memory = connected()
    in_memory.execute(f"create table events as select * from '{parquet}' order by person, day")
    took, sums = best_of(5, in_memory)
    print(f"duckdb {duckdb.__version__} {took:.4f}")
    agree("sums", sums)
    print(f"duckdb takes {took / float(ours['ours']):.1f} times as long as ours")

    table = pandas.read_csv(work / "cox.csv")
    began = time.perf_counter()
    fitter = CoxPHFitter().fit(table, "time", "event")
    took = time.perf_counter() - began
    theirs = [float(value) for value in fitter.params_]
    mine = [float(value) for value in ours["cox_coefficients"].split()]
    apart = max(abs(a - b) for a, b in zip(theirs, mine))
    print(f"lifelines {took:.2f}")
    print(f"coefficients differ by at most {apart:.1e}")
    print(f"lifelines takes {took / float(ours['cox']):.1f} times as long as ours")


{"write": write, "from_parquet": from_parquet, "compare": compare}[sys.argv[2]]()
