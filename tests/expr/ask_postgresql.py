#!/usr/bin/env python3
"""Writes what a real PostgreSQL 15 answers into cases.txt: for each expression its type and its value for each row.

See postgresql_cases.py for the server. Run it after adding an expression: a line with nothing but the expression is
enough. Lines with `!` are left as they are. Where all rows have the same value, it is written once.
"""
import pathlib
import sys

CASES = pathlib.Path(__file__).with_name("cases.txt")
sys.path.append(str(CASES.parents[1]))
import postgresql_cases  # noqa: E402

SETUP = r"""
CREATE FUNCTION pg_temp.value_of(e text, k int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE result text;
BEGIN
  EXECUTE 'SELECT (' || e || E'\n)::text FROM r WHERE row_number = ' || k INTO result;
  RETURN CASE WHEN result IS NULL THEN 'NULL' WHEN result = '' THEN '''''' ELSE result END;
EXCEPTION WHEN others THEN RETURN 'ERROR ' || SQLSTATE;
END $$;
CREATE FUNCTION pg_temp.type_of(e text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE result text;
BEGIN
  EXECUTE 'SELECT pg_typeof(' || e || E'\n) FROM r WHERE row_number = 3' INTO result;
  RETURN CASE result WHEN 'unknown' THEN 'text' ELSE result END;
EXCEPTION WHEN others THEN RETURN '-';
END $$;
"""


def values_of(expression, lines):
    rows = len(postgresql_cases.parts_of(lines, "column ")[0]) - 2
    return [f"pg_temp.value_of({expression}, {row + 1})" for row in range(rows)]


postgresql_cases.answer(CASES, ("column ",), SETUP, values_of)
