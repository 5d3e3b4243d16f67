"""DuckDB and lifelines on the data that the benchmark wrote; see run.sh."""

import os
import sys
import time
from pathlib import Path

import duckdb
import pandas
from lifelines import CoxPHFitter

work = Path(sys.argv[1])
ours = {}
for line in (work / "ours.txt").read_text().splitlines():
    name, _, value = line.partition(" ")
    ours[name] = value

SQL = """
with cohort as (
    select person, min(day) as day from events
    where day between date_diff('day', date '1970-01-01', date '2015-01-01')
                  and date_diff('day', date '1970-01-01', date '2015-12-31')
    group by person
), followed as (
    select cohort.person, count(events.day) as reoffences, max(events.weight) as worst, min(events.day) - cohort.day as days
    from cohort left join events
      on events.person = cohort.person and events.day > cohort.day and events.day <= cohort.day + 365
    group by cohort.person, cohort.day
)
select count(*), count(*) filter (reoffences > 0), sum(reoffences), coalesce(sum(worst), 0), coalesce(sum(days), 0) from followed
"""

database = duckdb.connect()
database.execute(f"set threads to {os.cpu_count()}")
database.execute(
    "create table events as select person::integer as person, day::integer as day, weight::integer as weight "
    "from read_csv(?) order by person, day",
    [str(work / "events.csv")],
)
best = None
for _ in range(5):
    began = time.perf_counter()
    sums = [int(value) for value in database.execute(SQL).fetchone()]
    took = time.perf_counter() - began
    best = took if best is None else min(best, took)
print(f"duckdb {duckdb.__version__} {best:.4f}")
print("the sums agree" if str(sums) == ours["sums"] else f"THE SUMS DIFFER: {sums} and {ours['sums']}")
print(f"duckdb takes {best / float(ours['ours']):.1f} times as long as ours")

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
