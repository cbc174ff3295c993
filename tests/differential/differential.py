#!/usr/bin/env python3
"""Asks Pactolus and a real PostgreSQL for the values of random expressions in random rows, and compares.

  differential.py --evaluate PROGRAM [--rows N] [--seed S] [--expression E]

At least N values are compared (200000). The first mismatches are printed, each with a line that repeats it. Exit
status 1 if there is one.
"""
import argparse
import collections
import os
import pathlib
import random
import re
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).parents[1]))
import grammar  # noqa: E402
import private_postgresql  # noqa: E402
from postgresql_cases import (FUNCTIONS, SEPARATOR, SETTINGS, ask, create_table, question, type_of,  # noqa: E402
                              values_in_rows)

ROWS = 16  # of a table
EXPRESSIONS = 400  # for a table
SHOWN = 20
# No expression takes PostgreSQL long; one that does is a mistake of the grammar.
TIMEOUT = "SET statement_timeout = '60s';\n"


def signatures(program):
    lines = subprocess.run([program, "signatures"], capture_output=True, text=True, check=True).stdout.splitlines()
    parted = [line.split(SEPARATOR) for line in lines]
    return [(what, name, result, tuple(filter(None, parameters.split(","))))
            for what, name, result, parameters in parted]


def cells(text):
    return [line.split(SEPARATOR) for line in text.rstrip("\n").split("\n")]


def ours(program, columns, expressions):
    lines = ["column " + SEPARATOR.join(column) for column in columns] + expressions
    done = subprocess.run([program], input=("\n".join(lines) + "\n").encode(), capture_output=True)
    if done.returncode != 0:
        raise SystemExit(f"{program} ended with status {done.returncode}: {done.stderr.decode()[-4000:]}")
    return cells(done.stdout.decode())


def theirs(columns, expressions):
    script = TIMEOUT + create_table(columns) + SETTINGS + FUNCTIONS
    for expression in expressions:
        # The type alone, whatever happens in the rows.
        kind = type_of("(SELECT " + expression + " FROM r WHERE false)", "(SELECT) AS nothing")
        script += question([kind, *values_in_rows(expression, ROWS)])
    return cells(ask(script))


# Errors that PostgreSQL doesn't have where it would go on; docs/topology-language.md says so.
NARROWER = {
    "value has more than 38 digits": "numerics have at most 38 digits",
    "value overflows the 1000 digits of a number": "numbers of a jsonb have at most 1000 digits",
    "value overflows numeric format": "numerics have at most 38 digits",
    "numeric has no infinity and no NaN": "numerics are finite",
    'invalid input syntax for type numeric: "infinity"': "numerics are finite",
    'invalid input syntax for type numeric: "-infinity"': "numerics are finite",
    'invalid input syntax for type numeric: "nan"': "numerics are finite",
    "timestamp out of range": "times lie in the years 1 to 9999",
    "date field value out of range": "times lie in the years 1 to 9999",
    "date/time field value out of range": "times lie in the years 1 to 9999",
    "date out of range": "times lie in the years 1 to 9999",
    "invalid input syntax for type date": "times are read as ISO 8601 and as PostgreSQL writes them",
    "invalid input syntax for type time": "times are read as ISO 8601 and as PostgreSQL writes them",
    "invalid input syntax for type interval": "times are read as ISO 8601 and as PostgreSQL writes them",
    "interval out of range": "PostgreSQL's intervals overflow in silence",
}


# Of two errors PostgreSQL finds the other one first: 71e8700x is out of range.
OTHER_ERRORS = {"invalid input syntax for type double precision": "ERROR 22003",
                "invalid input syntax for type real": "ERROR 22003"}


def wanted_difference(message, their_value):
    """Why an error of ours with this message may stand for their value, or None."""
    if any(message.startswith(begin) and their_value == error for begin, error in OTHER_ERRORS.items()):
        return "which of two errors comes first"
    return next((reason for begin, reason in NARROWER.items() if message.lower().startswith(begin.lower())), None)


class Comparison:
    def __init__(self, program, seed):
        self.program, self.seed = program, seed
        self.compared, self.values, self.errors, self.nulls = 0, 0, 0, 0
        self.refused = collections.Counter()
        self.wanted = collections.Counter()
        self.mismatches = []

    def table(self, number, signatures_, expressions=None):
        rng = random.Random(f"{self.seed} {number}")
        columns = grammar.columns(rng, ROWS)
        generator = grammar.Expressions(rng, signatures_)
        expressions = expressions or [generator.of(rng.choice(list(grammar.TYPES)), rng.randint(1, 4))
                                      for _ in range(EXPRESSIONS)]
        for expression, our, their in zip(expressions, ours(self.program, columns, expressions),
                                          theirs(columns, expressions), strict=True):
            self.compare(number, expression, our, their)

    def compare(self, number, expression, our, their):
        # A constant part's error is found before the run.
        if our[0] == "-" and set(their[1:]) == {our[1]}:
            their = ["-"] + their[1:]
        our_values = our[1:] if len(our) > 2 else our[1:] * ROWS
        where = f"--seed {self.seed}:{number} --expression {expression!r}"
        if our[0] != their[0]:
            self.mismatches.append(f"type {our[0]} {our_values[0]}, PostgreSQL's {their[0]} {their[1]}: {where}")
            return
        if our[0] == "-":
            self.refused[our_values[0]] += 1
        for row, (our_value, their_value) in enumerate(zip(our_values, their[1:], strict=True), 1):
            self.compared += 1
            self.errors += our_value.startswith("ERROR")
            self.nulls += our_value == "NULL"
            code, _, message = our_value.partition(": ") if our_value.startswith("ERROR") else (our_value, "", "")
            if code == their_value:
                continue
            if reason := wanted_difference(message, their_value):
                self.wanted[reason] += 1
                continue
            self.mismatches.append(f"{our_value}, PostgreSQL's {their_value} in row {row}: {where}")

    def report(self):
        for mismatch in self.mismatches[:SHOWN]:
            print(mismatch)
        print(f"{self.compared} values compared, {self.errors} errors and {self.nulls} nulls among them; "
              f"{sum(self.refused.values())} expressions refused by both {dict(self.refused)}; "
              f"wanted differences: {dict(self.wanted)}; {len(self.mismatches)} mismatches")
        return 1 if self.mismatches else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--evaluate", required=True)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--expression", help="only this one, in the table that --seed SEED:TABLE names")
    options = parser.parse_args()
    seed, _, only = options.seed.partition(":")
    comparison = Comparison(options.evaluate, seed)
    known = signatures(options.evaluate)
    with private_postgresql.server() as environment:
        os.environ.update(environment)
        if options.expression:
            comparison.table(int(only), known, [options.expression])
        number = 0
        while not options.expression and comparison.compared < options.rows:
            comparison.table(number, known)
            number += 1
    return comparison.report()


if __name__ == "__main__":
    sys.exit(main())
