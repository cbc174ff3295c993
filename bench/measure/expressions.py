"""Steps of one expression beside DuckDB, on the same columns in memory: CPU nanoseconds per row."""

import csv
import dataclasses
import math
import pathlib
import subprocess
import sys
import time
import venv

from .machine import PROGRAMS, ROOT, Bench

ENVIRONMENT = ROOT / "build" / "bench" / "duckdb"

WINDOW = "'2026-01-01 00:00:00+00', '2026-01-01 00:01:00+00'"  # of all orders

TABLE = """CREATE TABLE orders (
    id BIGINT NOT NULL, merchant VARCHAR NOT NULL, country VARCHAR NOT NULL, note VARCHAR, quantity INTEGER,
    amount DECIMAL(12,2), fee DECIMAL(9,2) NOT NULL, rate DECIMAL(5,4) NOT NULL, volume DECIMAL(25,4),
    volume_fee DECIMAL(25,4) NOT NULL, created TIMESTAMP)"""


@dataclasses.dataclass(frozen=True)
class Case:
    """What is compared: a step, and the queries that do the same."""

    name: str
    step: str  # as in YAML
    query: str  # timed; its result is small
    columns: str  # what the query reads
    rows: str  # the rows that come out of the step, in their order
    last_is_double: bool = False  # of DuckDB's columns: its avg(decimal), where ours is exact


def condition(name: str, columns: str, text: str, duckdb: str = "") -> Case:
    where = f"FROM orders WHERE {duckdb or text}"
    return Case(name, f"filter: >-\n  {text}\n", f"SELECT count(*) {where}", columns, f"SELECT * {where} ORDER BY id")


def value(name: str, columns: str, text: str) -> Case:
    return Case(name, f"project:\n  select:\n    id: id\n    value: >-\n      {text}\n",
                f"SELECT count({text}) FROM orders", columns, f"SELECT id, {text} FROM orders ORDER BY id")


def groups(name: str, column: str) -> Case:
    query = f"SELECT merchant, sum({column}) AS total, avg({column}) AS average FROM orders GROUP BY merchant"
    step = ("aggregate:\n  by: merchant\n  window: {tumbling: 1m}\n  emit: final\n"
            f"  select:\n    total: sum({column})\n    average: avg({column})\n")
    result = f"SELECT merchant, {WINDOW}, total, average FROM ({query}) ORDER BY merchant"
    return Case(name, step, query, f"merchant, {column}", result, last_is_double=True)


def case_of(branches: int) -> str:
    whens = " ".join(f"WHEN amount < {100 * i} THEN 'band {i}'" for i in range(1, branches + 1))
    return f"CASE {whens} ELSE note END"


CASES = [
    condition("predicate of four terms", "amount, fee, country, merchant",
              "amount >= 100 AND fee < 7.50 AND country = 'DE' AND merchant > 'merchant-0500'"),
    value("date_trunc + arithmetic", "created", "date_trunc('hour', created) + interval '90 minutes'"),
    value("CASE of ten branches", "amount, note", case_of(10)),
    condition("LIKE, one word", "note", "note LIKE '%fragile%'"),
    condition("LIKE, two words and _", "note", "note LIKE '%gift%no. _7%'"),
    condition("regex", "note", "note ~ '(call|express) [a-z]+ no. [0-9]{4,}'",
              "regexp_matches(note, '(call|express) [a-z]+ no. [0-9]{4,}')"),
    value("multiply-add, to 18 digits", "amount, rate, fee", "amount * rate + fee"),
    value("multiply-add, above 18 digits", "volume, rate, volume_fee", "volume * rate + volume_fee"),
    groups("sum, avg by 1,000 groups, to 18 digits", "amount"),
    groups("sum, avg by 1,000 groups, above 18", "volume"),
]


def duckdb_module():
    """From PyPI, in an environment of its own below build/."""
    if not list(ENVIRONMENT.glob("lib/python*/site-packages/duckdb")):
        venv.create(ENVIRONMENT, with_pip=True)
        subprocess.run([ENVIRONMENT / "bin/pip", "install", "--quiet", "duckdb"], check=True)
    sys.path.append(str(next(ENVIRONMENT.glob("lib/python*/site-packages"))))
    import duckdb  # pylint: disable=import-outside-toplevel

    return duckdb


class DuckDB:
    """One thread, a table in memory."""

    def __init__(self, orders: pathlib.Path):
        module = duckdb_module()
        self.version = module.__version__
        self.connection = module.connect(":memory:")
        self.connection.execute("SET threads = 1")
        self.connection.execute(TABLE)
        self.connection.execute(f"COPY orders FROM '{orders}' (HEADER false)")

    def time(self, query: str) -> float:
        begin = time.process_time_ns()
        self.connection.execute(query).fetchall()
        return time.process_time_ns() - begin

    def write(self, query: str, file: pathlib.Path):
        self.connection.execute(f"COPY ({query}) TO '{file}' (HEADER false)")


class Pactolus:
    """bench_expressions, which obeys a line at a time."""

    def __init__(self, orders: pathlib.Path, options):
        command = [PROGRAMS / "bench" / "bench_expressions", "--csv", orders, "--rows", options.rows,
                   "--seed", options.seed]
        self.child = subprocess.Popen([str(part) for part in command], text=True, stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE)
        self.answer()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.stdin.close()
        self.child.wait()

    def answer(self) -> str:
        line = self.child.stdout.readline().strip()
        if not line:
            raise SystemExit("bench_expressions failed")
        return line

    def ask(self, command: str) -> str:
        self.child.stdin.write(command + "\n")
        self.child.stdin.flush()
        return self.answer()

    def time(self, step: pathlib.Path) -> float:
        return float(self.ask(f"time {step}"))

    def write(self, step: pathlib.Path, file: pathlib.Path):
        self.ask(f"write {step} {file}")


def same_row(ours: list[str], theirs: list[str], last_is_double: bool) -> bool:
    if not last_is_double:
        return ours == theirs
    return ours[:-1] == theirs[:-1] and math.isclose(float(ours[-1]), float(theirs[-1]), rel_tol=1e-12)


def different_rows(ours: pathlib.Path, theirs: pathlib.Path, last_is_double: bool) -> int:
    with open(ours, newline="", encoding="utf-8") as left, open(theirs, newline="", encoding="utf-8") as right:
        left_rows, right_rows = list(csv.reader(left)), list(csv.reader(right))
    same = sum(same_row(one, other, last_is_double) for one, other in zip(left_rows, right_rows))
    return max(len(left_rows), len(right_rows)) - same


def compare(bench: Bench, case: Case, pactolus: Pactolus, duckdb: DuckDB, options) -> dict:
    ours, theirs = bench.folder / "pactolus.csv", bench.folder / "duckdb.csv"
    step = bench.folder / "step.yaml"
    step.write_text(case.step, encoding="utf-8")
    pactolus.write(step, ours)
    duckdb.write(case.rows, theirs)
    scan = "SELECT " + ", ".join(f"count({column})" for column in case.columns.split(", ")) + " FROM orders"
    times: dict[str, list[float]] = {"pactolus": [], "duckdb": [], "scan": []}
    for _ in range(options.repeat * REPETITIONS):
        times["pactolus"].append(pactolus.time(step))
        times["duckdb"].append(duckdb.time(case.query) / options.rows)
        times["scan"].append(duckdb.time(scan) / options.rows)
    result = {name: round(min(values), 2) for name, values in times.items()}
    result["ratio"] = round(result["pactolus"] / result["duckdb"], 2)
    result["different"] = different_rows(ours, theirs, case.last_is_double)
    result["all"] = {name: [round(value, 2) for value in values] for name, values in times.items()}
    return result


REPETITIONS = 5  # of each, in turns, in a round


def run(bench: Bench, options) -> dict:
    orders = bench.folder / "orders.csv"
    report: dict = {"cases": {}}
    with Pactolus(orders, options) as pactolus:
        duckdb = DuckDB(orders)
        report["duckdb"] = duckdb.version
        print(f"{options.rows} rows, DuckDB {duckdb.version}", flush=True)
        for case in CASES:
            result = compare(bench, case, pactolus, duckdb, options)
            report["cases"][case.name] = result
            print(f"  {case.name:40}{result['pactolus']:8.1f}{result['duckdb']:8.1f}"
                  f"{'  RESULTS DIFFER' if result['different'] else ''}", flush=True)
    report["fine"] = all(result["different"] == 0 for result in report["cases"].values())
    return report


def table(report: dict) -> str:
    lines = [f"{'CPU ns per row':40}{'Pactolus':>10}{'DuckDB':>10}{'of it scan':>12}{'ratio':>8}"]
    for name, row in report["cases"].items():
        lines.append(f"{name:40}{row['pactolus']:>10.1f}{row['duckdb']:>10.1f}{row['scan']:>12.1f}{row['ratio']:>8.2f}")
    return "\n".join(lines)
