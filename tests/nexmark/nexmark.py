#!/usr/bin/env python3
"""Runs Nexmark's queries, topologies/nexmark/, over generated streams, and asks a real PostgreSQL the same of all rows at once: every
row of every result must be the same, to the last digit. Each runs as the rows came; as they might have come, on three partitions,
by two workers; and the first thousand events with workers that are killed and restored at random.

  nexmark.py --replay PROGRAM [--count N] [--seed S] [--only QUERY]

PROGRAM is build/*/tests/replay_records. Exit status 1 if a query differs: some of the rows and the command that repeats it are shown.
"""
import argparse
import collections
import concurrent.futures
import datetime
import json
import os
import pathlib
import re
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).parents[1]))
import private_postgresql  # noqa: E402
from generator import DISORDER, START, STEP, as_they_come, generated, record  # noqa: E402
from queries import CHANGING, QUERIES  # noqa: E402

TOPOLOGIES = pathlib.Path(__file__).parents[2] / "topologies" / "nexmark"
TABLES = """
CREATE TEMP TABLE persons (place int, came timestamptz, id bigint, name text, email text, credit_card text, city text, state text,
  date_time timestamptz, extra text);
CREATE TEMP TABLE auctions (place int, came timestamptz, id bigint, item_name text, description text, initial_bid numeric(12,2),
  reserve numeric(12,2), date_time timestamptz, expires timestamptz, seller bigint, category bigint, extra text);
CREATE TEMP TABLE bids (place int, came timestamptz, auction bigint, bidder bigint, price numeric(12,2), channel text, url text,
  date_time timestamptz, extra text);
"""


def rows_of(lines):
    """The rows of JSON objects: each as a text in which equal ones are equal. Numbers keep their digits."""
    def shown(value):
        if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value):
            return datetime.datetime.fromisoformat(value).isoformat()
        return value

    def row(line):
        values = json.loads(line, parse_int=str, parse_float=str)
        return json.dumps({name: shown(value) for name, value in values.items()}, sort_keys=True)

    return collections.Counter(row(line) for line in lines)


def from_postgresql(events, queries, environment):
    """For each query the rows of its result."""
    lines = ["BEGIN; SET timezone = 'UTC';", TABLES]
    for stream in ("persons", "auctions", "bids"):
        rows = [json.loads(line.split("\t")[3], parse_float=str) | {"place": place, "came": (START + DISORDER + place * STEP)}
                for place, line in enumerate(events) if line.startswith(stream)]
        names = list(rows[0])
        columns = ", ".join("to_timestamp(came / 1000.0)" if name == "came" else name for name in names)
        typed = ", ".join(f"{name} bigint" if name == "came" else f"{name} {TYPES.get(name, 'text')}" for name in names)
        lines.append(f"INSERT INTO {stream} ({', '.join(names)}) SELECT {columns} FROM"
                     f" json_to_recordset($json${json.dumps(rows)}$json$) AS r({typed});")
    for query in queries:
        lines.append(f"SELECT row_to_json(q) FROM ({QUERIES[query]}) q;\n\\echo =")
    done = subprocess.run(["psql", "-qAtX", "-v", "ON_ERROR_STOP=1"], input="\n".join(lines), capture_output=True, text=True,
                          env=os.environ | environment, timeout=600)
    if done.returncode != 0:
        raise SystemExit(done.stderr)
    answers = done.stdout.split("=\n")[:-1]
    return {query: rows_of(answer.splitlines()) for query, answer in zip(queries, answers, strict=True)}


TYPES = {name: "bigint" for name in ("place", "id", "auction", "bidder", "seller", "category")} | {
    name: "timestamptz" for name in ("date_time", "expires")} | {name: "numeric" for name in ("price", "initial_bid", "reserve")}


def from_pactolus(program, query, events, way):
    """The rows of the query's sink, of a changing table those that it has in the end; and the dead letters."""
    done = subprocess.run([program, str(TOPOLOGIES / f"{query}.yaml"), *way], input="\n".join(events), capture_output=True, text=True,
                          timeout=600)
    if done.returncode != 0:
        raise SystemExit(f"{query}: {done.stderr}")
    records = [line.split("\t") for line in done.stdout.splitlines()]
    dead = [value for sink, _, value in records if sink == "dead_letters"]
    rows = [(key, value) for sink, key, value in records if sink != "dead_letters"]
    values = dict(rows).values() if query in CHANGING else [value for _, value in rows]
    return rows_of(value for value in values if value), dead


def differences(wanted, found, dead):
    for title, rows in (("missing", wanted - found), ("not wanted", found - wanted)):
        for row in list(rows.elements())[:3]:
            yield f"  {title}: {row}"
    yield from (f"  dead letter: {letter}" for letter in dead[:3])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replay", required=True)
    parser.add_argument("--count", type=int, default=4000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--only")
    options = parser.parse_args()
    queries = [options.only] if options.only else list(QUERIES)
    events = generated(options.count, options.seed)
    ways = {"as they came": (events, []), "in another order": (as_they_come(events, f"{options.seed} again"), ["3", "2", "1"]),
            "killed": (generated(min(options.count, 1000), options.seed), ["3", "2", "1", "kills"])}
    failed = set()
    with private_postgresql.server() as environment, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as workers:
        for name, (ordered, way) in ways.items():
            lines = [record(event, place) for place, event in enumerate(ordered)]
            wanted = from_postgresql(lines, queries, environment)
            found = workers.map(lambda query: from_pactolus(options.replay, query, lines, way), queries)
            for query, (rows, dead) in zip(queries, found):
                if not wanted[query] and not way:
                    raise SystemExit(f"{query} has no rows: it says nothing")
                if rows == wanted[query] and not dead:
                    print(f"{query}, {name}: {rows.total()} rows agree")
                    continue
                failed.add(query)
                print(f"{query}, {name}: differs", *differences(wanted[query], rows, dead), sep="\n")
    for query in sorted(failed):
        print(f"{sys.argv[0]} --replay {options.replay} --count {options.count} --seed {options.seed} --only {query}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
