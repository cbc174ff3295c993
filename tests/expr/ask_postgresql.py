#!/usr/bin/env python3
"""Writes what a real PostgreSQL 15 answers into cases.txt: for each expression its type and its value for each row.

See postgresql_cases.py for the server. Run it after adding an expression: a line with nothing but the expression is
enough. Lines with `!` are left as they are. Where all rows have the same value, it is written once.
"""
import pathlib
import sys

CASES = pathlib.Path(__file__).with_name("cases.txt")
sys.path.append(str(CASES.parents[1]))
from postgresql_cases import answer, parts_of, type_of, values_in_rows  # noqa: E402


def questions(expression, lines):
    rows = len(parts_of(lines, "column ")[0]) - 2
    return [type_of(expression, "r WHERE row_number = 3"), *values_in_rows(expression, rows)]


answer(CASES, ("column ",), questions)
