#!/usr/bin/env python3
"""Writes what a real PostgreSQL 15 answers into cases.txt: for each expression its type and its value for each row.

The server is found as psql finds it (PGHOST, PGUSER, ...); nothing is kept in it. Its locale must be C. Run it after
adding an expression: a line with nothing but the expression is enough. Lines with `!` are left as they are. Where all
rows have the same value, it is written once.
"""
import pathlib
import subprocess

CASES = pathlib.Path(__file__).with_name("cases.txt")
SEPARATOR = " | "
SETUP = r"""
SET client_min_messages = warning; SET timezone = 'UTC'; SET datestyle = 'ISO'; SET intervalstyle = 'postgres';
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


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def create_table(columns):
    rows = len(columns[0]) - 2
    names = ", ".join(f"{name} {kind}" for name, kind, *_ in columns)
    lines = [f"CREATE TEMP TABLE r (row_number int, {names});"]
    for row in range(rows):
        values = [column[2 + row] for column in columns]
        literals = ["NULL" if v == "NULL" else quoted("" if v == "''" else v) for v in values]
        lines.append(f"INSERT INTO r VALUES ({row + 1}, {', '.join(literals)});")
    return "\n".join(lines), rows


def ask(script):
    psql = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", "postgres", "-f", "-"]
    return subprocess.run(psql, input=script, capture_output=True, text=True, check=True).stdout


def main():
    lines = CASES.read_text().split("\n")
    columns = [line[len("column "):].split(SEPARATOR) for line in lines if line.startswith("column ")]
    table, rows = create_table(columns)
    asked = [n for n, line in enumerate(lines) if line and line[0] not in "#!" and not line.startswith("column ")]
    expressions = [lines[n].split(SEPARATOR)[0] for n in asked]
    script = table + SETUP
    for expression in expressions:
        e = quoted(expression)
        values = ", ".join(f"pg_temp.value_of({e}, {row + 1})" for row in range(rows))
        script += f"SELECT concat_ws('{SEPARATOR}', pg_temp.type_of({e}), {values});\n"
    answers = ask(script).rstrip("\n").split("\n")
    assert len(answers) == len(asked), (len(answers), len(asked))
    for n, expression, answer in zip(asked, expressions, answers):
        kind, *values = answer.split(SEPARATOR)
        same = len(set(values)) == 1  # written once
        lines[n] = SEPARATOR.join([expression, kind] + (values[:1] if same else values))
    CASES.write_text("\n".join(lines))


main()
