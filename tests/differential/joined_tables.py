#!/usr/bin/env python3
"""Runs random joins of two changing tables in `pactolus test`, and the same rows through a query in a real PostgreSQL.
Between changes, a stream asks for each key what the join has, and what a total of it has: all answers must agree.

  joined_tables.py --pactolus PROGRAM [--count N] [--seed S]

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

# A phase is what is sent between two restarts, when everything has been processed: changes of both tables, then
# questions.
ROWS = """
CREATE TEMP TABLE changes (place int, phase int, side text, id text, ref text, value int, gone bool);
CREATE TEMP TABLE asks (phase int, id text);
"""
SOURCES = """  {0}:
    topic: {0}
    primary_key: id{1}
    fields: {{id: text, ref: text null, value: integer null}}"""
IDS = "abcdef"


def literal(value):
    return "NULL" if value is None else f"'{value}'"


def phases(rng):
    place, found = 0, []
    for phase in range(rng.randint(1, 5)):
        rows = []
        for _ in range(rng.randint(0, 12)):
            place += 1
            rows.append((place, phase, rng.choice(["l", "l", "r"]), rng.choice(IDS), rng.choice([*IDS, *IDS, None]),
                         rng.choice([None, 0, 1, 2, 3, 4]), rng.random() < 0.25))
        found.append(rows)
    return found


class Case:
    def __init__(self, seed, number):
        rng = random.Random(f"{seed} {number}")
        self.phases = phases(rng)
        self.foreign = rng.random() < 0.6
        self.kind = rng.choice(["inner", "left"] if self.foreign else ["inner", "left", "right", "full"])
        self.placed = {side: rng.random() < 0.7 for side in "lr"}
        # The left side is the source, or what has gone through steps of its own.
        self.before = rng.choice(["", "", "filter: value IS NULL OR value <> 3", "project: {add: {value: value + 1}}"])
        self.condition = rng.choice(["TRUE", "TRUE", "a IS NOT NULL", "coalesce(a, 0) + coalesce(b, 0) > 2"])
        self.total = rng.choice(["b", "a"])
        self.left = "prepared" if self.before else "l"

    def question(self):
        lines = ["BEGIN;", ROWS]
        rows = [row for phase in self.phases for row in phase]
        if rows:
            values = ", ".join(f"({', '.join(literal(value) for value in row)})" for row in rows)
            lines.append(f"INSERT INTO changes VALUES {values};")
        lines.append("INSERT INTO asks SELECT phase, id FROM generate_series(0, 4) phase, unnest(string_to_array('{}', NULL)) id;".format(IDS))

        def table(side):
            return (f"(SELECT * FROM (SELECT DISTINCT ON (id) * FROM changes WHERE side = '{side}' AND changes.phase <= asks.phase"
                    f" ORDER BY id, place DESC) latest WHERE NOT gone)")

        left = table("l")
        if self.before.startswith("filter"):
            left = f"(SELECT * FROM {left} x WHERE {self.before[8:]})"
        elif self.before:
            left = f"(SELECT id, ref, value + 1 AS value FROM {left} x)"
        key = {"right": "r.id", "full": "COALESCE(l.id, r.id)"}.get(self.kind, "l.id")
        joined = (f"(SELECT {key} AS id, l.value AS a, r.value AS b FROM {left} l {self.kind} JOIN {table('r')} r"
                  f" ON l.{'ref' if self.foreign else 'id'} = r.id) j WHERE {self.condition}")
        of = f"coalesce({self.total}, -1)"
        queries = [f"SELECT asks.phase, asks.id, j.a, j.b FROM asks JOIN LATERAL (SELECT * FROM {joined}) j ON j.id = asks.id",
                   f"SELECT asks.phase, asks.id, t.n, t.total FROM asks JOIN LATERAL (SELECT {of} AS v, count(*) AS n, sum(coalesce(a, 0)) AS total"
                   f" FROM {joined} GROUP BY 1) t ON t.v = ascii(asks.id) - 98"]
        for query in queries:
            lines.append(f"SELECT coalesce(json_agg(q), '[]')::jsonb #>> '{{}}' FROM ({query}) q WHERE phase < {len(self.phases)};")
        lines.append("ROLLBACK;")
        return "\n".join(lines)

    def yaml(self, answer):
        def row(values):
            return "{" + ", ".join(f"{name}: {'null' if value is None else json.dumps(value)}" for name, value in values.items()) + "}"

        placed = {side: "" if self.placed[side] else "\n    key: {field: id, partitioner: unknown}" for side in "lr"}
        key = "r.id" if self.kind == "right" else f"{self.left}.id"
        lines = ["topology: differential", "sources:", SOURCES.format("l", placed["l"]), SOURCES.format("r", placed["r"]), """  asks:
    topic: asks
    key: id
    fields: {phase: integer, id: text, v: integer}
steps:"""]
        if self.before:
            lines.append(f"  prepared:\n    from: l\n    {self.before}")
        lines.append(f"""  joined:
    from: {self.left}
    join:
      table: r
      kind: {self.kind}
      match: {self.left}.{'ref' if self.foreign else 'id'} = r.id
      select:
        id: {key}
        a: {self.left}.value
        b: r.value
  kept:
    from: joined
    filter: {self.condition}
  valued:
    from: kept
    project:
      add:
        v: coalesce({self.total}, -1)
  totals:
    from: valued
    aggregate:
      by: v
      select:
        n: count(*)
        total: sum(coalesce(a, 0))
  answered:
    from: asks
    join: {{table: kept, as: j, match: asks.id = j.id, select: {{phase: phase, id: asks.id, a: a, b: b}}}}
  counted:
    from: asks
    join: {{table: totals, as: t, match: asks.v = t.v, select: {{phase: phase, id: id, n: n, total: total}}}}
sinks:
  answered: {{from: answered, topic: answered}}
  counted: {{from: counted, topic: counted}}
tests:
  - name: PostgreSQL's answer
    send:""")
        for phase, rows in enumerate(self.phases):
            for _, _, side, identity, ref, value, gone in rows:
                lines.append(f"      - {side}: " + ("{id: %s, $deleted: true}" % identity if gone
                                                    else row({"id": identity, "ref": ref, "value": value})))
            lines.append("      - restart: true")
            for identity in IDS:
                lines.append("      - asks: " + row({"phase": phase, "id": identity, "v": ord(identity) - 98}))
            lines.append("      - restart: true")
        lines.append("      - end: true\n    expect:")
        for name, rows in zip(["answered", "counted"], answer):
            lines.append(f"      {name}:" + ("".join(f"\n        - {row(r)}" for r in rows) or " []"))
        lines.append("      dead_letters: []")
        return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pactolus", required=True)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", default="1")
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="pactolus-joined-tables-"))
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
    print(f"{len(cases)} joins of tables agree with PostgreSQL")
    return 0


if __name__ == "__main__":
    sys.exit(main())
