#!/usr/bin/env python3
"""Writes what a real PostgreSQL 15 answers into cases.txt, or the file that is named: for each call its type and its value
for each group of rows.

See postgresql_cases.py for the server. Run it after adding a call: a line with nothing but the call is enough; of a call
that PostgreSQL doesn't have, `call := SQL`, with the SQL that means the same. Lines with `!` are left as they are. Where
all groups have the same value, it is written once. A numeric of more than 38 digits, which Pactolus doesn't have, is
written as the error that it is there.
"""
import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).parents[1]))
from postgresql_cases import answer, parts_of, type_of, value_of  # noqa: E402

DIGITS_MAX = 38


def within_digits(kind, value):
    digits = value.replace("-", "").replace(".", "").lstrip("0")
    return "ERROR 22003" if kind == "numeric" and digits.isdecimal() and len(digits) > DIGITS_MAX else value


def group_of(members):
    """A group's rows in their order; a row may stand there twice."""
    return (f"(SELECT r.*, place FROM unnest('{{{','.join(members)}}}'::int[]) WITH ORDINALITY AS m(number, place) "
            "JOIN r ON row_number = number ORDER BY place) AS r")


def questions(call, lines):
    groups = [group[1].split() if len(group) > 1 else [] for group in parts_of(lines, "group ")]
    return [type_of(call, "(SELECT *, 0 AS place FROM r) AS r WHERE false"),
            *(value_of(call, group_of(members)) for members in groups)]


CASES = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).with_name("cases.txt")
answer(CASES, ("column ", "group "), questions, within_digits)
