#!/usr/bin/env python3
"""Writes what a real PostgreSQL 15 answers into cases.txt, or the file that is named: for each call its type and its value for each group of rows.

See postgresql_cases.py for the server. Run it after adding a call: a line with nothing but the call is enough; of a call
that PostgreSQL doesn't have, `call := SQL`, with the SQL that means the same. Lines with `!` are left as they are. Where
all groups have the same value, it is written once. A numeric of more than 38 digits, which Pactolus doesn't have, is
written as the error that it is there.
"""
import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).parents[1]))
import postgresql_cases  # noqa: E402

DIGITS_MAX = 38
SETUP = r"""
CREATE FUNCTION pg_temp.value_of(call text, members int[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE result text;
BEGIN
  EXECUTE 'SELECT (' || call || E'\n)::text FROM (SELECT r.*, place FROM unnest($1) WITH ORDINALITY AS m(number, place) '
    'JOIN r ON row_number = number ORDER BY place) AS r' INTO result USING members;
  RETURN CASE WHEN result IS NULL THEN 'NULL' WHEN result = '' THEN '''''' ELSE result END;
EXCEPTION WHEN others THEN RETURN 'ERROR ' || SQLSTATE;
END $$;
CREATE FUNCTION pg_temp.type_of(call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE result text;
BEGIN
  EXECUTE 'SELECT pg_typeof(' || call || E'\n) FROM (SELECT *, 0 AS place FROM r) AS r WHERE false' INTO result;
  RETURN result;
EXCEPTION WHEN others THEN RETURN '-';
END $$;
"""


def within_digits(kind, value):
    digits = value.replace("-", "").replace(".", "").lstrip("0")
    return "ERROR 22003" if kind == "numeric" and digits.isdecimal() and len(digits) > DIGITS_MAX else value


def values_of(call, lines):
    groups = [group[1].split() if len(group) > 1 else [] for group in postgresql_cases.parts_of(lines, "group ")]
    return [f"pg_temp.value_of({call}, '{{{','.join(group)}}}')" for group in groups]


CASES = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).with_name("cases.txt")
postgresql_cases.answer(CASES, ("column ", "group "), SETUP, values_of, within_digits)
