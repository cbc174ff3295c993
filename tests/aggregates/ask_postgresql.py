#!/usr/bin/env python3
"""Writes what a real PostgreSQL 15 answers into cases.txt: for each call its type and its value for each group of rows.

The server is found as psql finds it (PGHOST, PGUSER, ...); nothing is kept in it. Its locale must be C. Run it after
adding a call: a line with nothing but the call is enough; of a call that PostgreSQL doesn't have, `call := SQL`, with the
SQL that means the same. Lines with `!` are left as they are. Where all groups have the same value, it is written once. A numeric of more than 38 digits, which Pactolus doesn't have, is written as the
error that it is there.
"""
import pathlib
import subprocess

CASES = pathlib.Path(__file__).with_name("cases.txt")
SEPARATOR = " | "
DIGITS_MAX = 38
SETUP = r"""
SET client_min_messages = warning; SET timezone = 'UTC'; SET datestyle = 'ISO'; SET intervalstyle = 'postgres';
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


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def create_table(columns):
    names = ", ".join(f"{name} {kind}" for name, kind, *_ in columns)
    lines = [f"CREATE TEMP TABLE r (row_number int, {names});"]
    for row in range(len(columns[0]) - 2):
        values = [column[2 + row] for column in columns]
        literals = ["NULL" if v == "NULL" else quoted("" if v == "''" else v) for v in values]
        lines.append(f"INSERT INTO r VALUES ({row + 1}, {', '.join(literals)});")
    return "\n".join(lines)


def ask(script):
    psql = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", "postgres", "-f", "-"]
    return subprocess.run(psql, input=script, capture_output=True, text=True, check=True).stdout


def within_digits(kind, value):
    digits = value.replace("-", "").replace(".", "").lstrip("0")
    return "ERROR 22003" if kind == "numeric" and digits.isdecimal() and len(digits) > DIGITS_MAX else value


def parts_of(lines, word):
    return [line[len(word):].split(SEPARATOR) for line in lines if line.startswith(word)]


def main():
    lines = CASES.read_text().split("\n")
    groups = [group[1].split() if len(group) > 1 else [] for group in parts_of(lines, "group ")]
    asked = [n for n, line in enumerate(lines) if line and line[0] not in "#!" and
             not line.startswith(("column ", "group "))]
    calls = [lines[n].split(SEPARATOR)[0] for n in asked]
    script = create_table(parts_of(lines, "column ")) + SETUP
    for call in calls:
        call = call.split(" := ")[-1]
        values = ", ".join(f"pg_temp.value_of({quoted(call)}, '{{{','.join(group)}}}')" for group in groups)
        script += f"SELECT concat_ws('{SEPARATOR}', pg_temp.type_of({quoted(call)}), {values});\n"
    answers = ask(script).rstrip("\n").split("\n")
    assert len(answers) == len(asked), (len(answers), len(asked))
    for n, call, answer in zip(asked, calls, answers):
        kind, *values = answer.split(SEPARATOR)
        values = [within_digits(kind, value) for value in values]
        same = len(set(values)) == 1  # written once
        lines[n] = SEPARATOR.join([call, kind] + (values[:1] if same else values))
    CASES.write_text("\n".join(lines))


main()
