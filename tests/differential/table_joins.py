#!/usr/bin/env python3
"""Runs random joins of streams with tables in `pactolus test`, and the same rows through a query in a real PostgreSQL;
every result and every dead letter must agree.

  table_joins.py --pactolus PROGRAM [--count N] [--seed S]

Exit status 1 if one differs: the file to run `pactolus test` on is named.
"""
import argparse
import json
import pathlib
import random
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).parents[1]))
import private_postgresql  # noqa: E402
from topologies import answers, passes  # noqa: E402

# A phase ends with a restart, when everything has been processed: within one, the table goes first. Times are in
# milliseconds.
START = 1_774_612_800_000  # noon
ROWS = """
CREATE TEMP TABLE events_read (place int, phase int, id text, card text, kind int, amount numeric(12,2), t bigint);
CREATE TEMP TABLE changes (place int, phase int, card text, kind int, home text, rate numeric(6,2), t bigint);
CREATE TEMP VIEW events AS SELECT *, max(t) OVER (ORDER BY place) - {disorder} AS watermark FROM events_read;
"""
SOURCES = """  events:
    topic: events
    key: card
    time: {{field: at, disorder: {disorder}ms}}
    fields:
      id: text
      card: text null
      kind: integer null
      amount: numeric(12,2)
      at: {{type: timestamptz, unit: ms}}
  cards:
    topic: cards
    primary_key: {primary_key}{more}
    fields:
      card: text
      kind: integer
      home: text null
      rate: numeric(6,2) null
      at: {{type: timestamptz, unit: ms}}"""


def literal(value):
    return "NULL" if value is None else f"'{value}'"


def phases(rng):
    """What is sent: rows of events and of the table (None for home: deleted), phase by phase."""
    place, now, found = 0, START, []

    def time():
        nonlocal now
        now += rng.choice([0, 100, 1000])
        return now - rng.choice([0, 0, rng.randint(0, 5000)])

    for phase in range(rng.randint(1, 5)):
        events, changes = [], []
        for _ in range(rng.randint(0, 8)):
            place += 1
            changes.append((place, phase, rng.choice("abcd"), rng.randint(1, 2),
                            rng.choice([None, f"h{place}", f"h{place}"]), rng.choice([None, f"{rng.randint(0, 999) / 100:.2f}"]), time()))
        for _ in range(rng.randint(0, 8)):
            place += 1
            events.append((place, phase, f"e{place}", rng.choice(["a", "b", "c", "d", "e", None]), rng.choice([1, 2, 2, None]),
                           f"{rng.randint(-999, 9999) / 100:.2f}", time()))
        found.append((events, changes))
    return found


class Case:
    def __init__(self, seed, number):
        rng = random.Random(f"{seed} {number}")
        self.phases = phases(rng)
        self.key = rng.choice([["card"], ["card"], ["card", "kind"], ["kind", "card"], ["kind"]])
        self.placed = rng.random() < 0.7 or len(self.key) > 1
        self.is_global = rng.random() < 0.3
        self.kind = rng.choice(["left", "drop", "dead_letter"])
        equalities = [rng.choice(["events.{0} = c.{0}", "c.{0} = events.{0}"]).format(column) for column in self.key]
        self.match = " AND ".join(rng.sample(equalities, len(equalities)))
        self.columns = rng.choice([{"home": "c.home", "fee": "amount * c.rate"},
                                   {"place": "c.home || '/' || id"}, {"of": "c.card", "k": "COALESCE(c.kind, -1)", "rate": "c.rate"}])
        self.disorder = rng.choice([0, 1000, 3000])
        self.versions = rng.choice([None, 1, 1000, 2000, 100_000])  # joined as of the event's time
        self.age_max = rng.choice([None, None, 0, 1000, 3000]) if self.versions else None
        self.nested = rng.random() < 0.3

    def question(self):
        lines = ["BEGIN;", ROWS.format(disorder=self.disorder)]
        for table, part in (("events_read", 0), ("changes", 1)):
            rows = [row for phase in self.phases for row in phase[part]]
            if rows:
                values = ", ".join(f"({', '.join(literal(value) for value in row)})" for row in rows)
                lines.append(f"INSERT INTO {table} VALUES {values};")
        key = ", ".join(self.key)
        until, order, age = ("", "place DESC", "") if self.versions is None else (
            " AND changes.t <= events.t", "t DESC, place DESC", f" AND events.t - t <= {self.age_max}" if self.age_max is not None else "")
        lookup = (f"(SELECT * FROM (SELECT DISTINCT ON ({key}) * FROM changes WHERE changes.phase <= events.phase{until}"
                  f" ORDER BY {key}, {order}) latest WHERE home IS NOT NULL{age}) c")
        joined = f"events LEFT JOIN LATERAL {lookup} ON {self.match}"
        late = "FALSE" if self.versions is None else f"events.t < watermark - {self.versions}"
        kept = f"NOT ({late})" + ("" if self.kind == "left" else " AND c.card IS NOT NULL")
        columns = ", ".join(f"{value} AS {name}" for name, value in self.columns.items())
        queries = [f"SELECT id, {columns} FROM {joined} WHERE {kept} ORDER BY events.place",
                   f"SELECT CASE WHEN {late} THEN 'late' ELSE 'unmatched' END AS code, id FROM {joined} WHERE {late}"
                   f" OR {'c.card IS NULL' if self.kind == 'dead_letter' else 'FALSE'} ORDER BY events.place"]
        if self.nested:
            queries.append(f"SELECT c.home, count(*) AS n, sum(amount) AS total FROM {joined} WHERE {kept} GROUP BY c.home, events.t / 86400000")
        for query in queries:
            lines.append(f"SELECT coalesce(json_agg(q), '[]')::jsonb #>> '{{}}' FROM ({query}) q;")
        lines.append("ROLLBACK;")
        return "\n".join(lines)

    def yaml(self, answer):
        def row(values):
            return "{" + ", ".join(f"{name}: {'null' if value is None else json.dumps(value)}" for name, value in values.items()) + "}"

        more = "" if self.placed else f"\n    key: {{field: {self.key[0]}, partitioner: unknown}}"
        if self.is_global:
            more += "\n    global: true"
        if self.versions:
            more += f"\n    versions: {self.versions}ms\n    time: {{field: at}}"
        kind = "kind: left" if self.kind == "left" else f"kind: inner\n      unmatched: {self.kind}"
        if self.age_max is not None:
            kind += f"\n      max_age: {self.age_max}ms"
        lines = ["topology: differential", "sources:", SOURCES.format(primary_key=f"[{', '.join(self.key)}]", more=more, disorder=self.disorder), f"""steps:
  joined:
    from: events
    join:
      table: cards
      as: c
      {kind}
      match: {self.match}
      add:"""]
        columns = dict(self.columns)
        if self.nested:
            columns["where_home"] = "c.home"
        lines += [f"        {name}: {value}" for name, value in columns.items()]
        if self.nested:
            lines.append("  totals:\n    from: joined\n    aggregate:\n      by: where_home\n      window: {tumbling: 1d}\n"
                         "      select: {n: count(*), total: sum(amount)}\n"
                         "  homes:\n    from: totals\n    project: {add: {home: where_home}}")
        lines.append("sinks:\n  joined: {from: joined, topic: joined}")
        if self.nested:
            lines.append("  homes: {from: homes, topic: homes}")
        lines.append("tests:\n  - name: PostgreSQL's answer\n    send:")
        for events, changes in self.phases:
            for _, _, identity, card, kind, amount, at in events:
                lines.append("      - events: " + row({"id": identity, "card": card, "kind": kind, "amount": amount, "at": at}))
            for _, _, card, kind, home, rate, at in changes:
                of_key = {name: value for name, value in (("card", card), ("kind", kind), ("at", at)) if name in (*self.key, "at")}
                lines.append("      - cards: " + (row({"card": card, "kind": kind, "home": home, "rate": rate, "at": at}) if home
                                                  else row(of_key)[:-1] + ", $deleted: true}"))
            lines.append("      - restart: true")
        lines.append("      - end: true\n    expect:")
        for name, rows in [("joined", answer[0])] + ([("homes", answer[2])] if self.nested else []):
            lines.append(f"      {name}:" + ("".join(f"\n        - {row(r)}" for r in rows) or " []"))
        dead = "".join(f"\n        - {{step: joined, code: {r['code']}, id: {r['id']}}}" for r in answer[1])
        lines.append("      dead_letters:" + (dead or " []"))
        return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pactolus", required=True)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--seed", default="1")
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="pactolus-table-joins-"))
    cases = [Case(options.seed, number) for number in range(options.count)]
    with private_postgresql.server() as environment:
        for number, (case, answer) in enumerate(zip(cases, answers([case.question() for case in cases], environment))):
            (folder / f"{number}.yaml").write_text(case.yaml(answer))
    if not passes(options.pactolus, folder)[0]:
        failed = next(path for path in sorted(folder.iterdir()) if not passes(options.pactolus, path)[0])
        print(passes(options.pactolus, failed)[1])
        print(f"{options.pactolus} test {failed}")
        return 1
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    print(f"{len(cases)} joins with tables agree with PostgreSQL")
    return 0


if __name__ == "__main__":
    sys.exit(main())
