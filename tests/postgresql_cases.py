"""What the scripts share that write a real PostgreSQL's answers into a cases.txt.

The server is found as psql finds it (PGHOST, PGUSER, ...); nothing is kept in it. Its locale must be C.
"""
import subprocess

SEPARATOR = " | "
SETTINGS = """
SET client_min_messages = warning; SET timezone = 'UTC'; SET datestyle = 'ISO'; SET intervalstyle = 'postgres';
"""
# What a query of one value gives, as a cell, and the type of the value of another one.
# A character(n) is shown with its blanks, which a cast to text takes away.
FUNCTIONS = r"""
CREATE FUNCTION pg_temp.shown(value anyelement) RETURNS text LANGUAGE sql AS $$ SELECT value::text $$;
CREATE FUNCTION pg_temp.shown(value text) RETURNS text LANGUAGE sql AS $$ SELECT value $$;
CREATE FUNCTION pg_temp.shown(value bpchar) RETURNS text LANGUAGE sql STRICT AS $$ SELECT format('%s', value) $$;
CREATE FUNCTION pg_temp.value_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE result text;
BEGIN
  EXECUTE query INTO result;
  RETURN CASE WHEN result IS NULL THEN 'NULL' WHEN result = '' THEN '''''' ELSE replace(result, E'\n', '\n') END;
EXCEPTION WHEN others THEN RETURN 'ERROR ' || SQLSTATE;
END $$;
CREATE FUNCTION pg_temp.type_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE result text;
BEGIN
  EXECUTE query INTO result;
  RETURN CASE result WHEN 'unknown' THEN 'text' ELSE result END;
EXCEPTION WHEN others THEN RETURN '-';
END $$;
"""


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def parts_of(lines, word):
    """The cells of the lines that begin with a word."""
    return [line[len(word):].split(SEPARATOR) for line in lines if line.startswith(word)]


def create_table(columns):
    """The table r with the rows of `column` lines, numbered from 1."""
    names = ", ".join(f"{name} {kind}" for name, kind, *_ in columns)
    lines = [f"CREATE TEMP TABLE r (row_number int, {names});"]
    for row in range(len(columns[0]) - 2):
        values = [column[2 + row] for column in columns]
        literals = ["NULL" if v == "NULL" else quoted("" if v == "''" else v) for v in values]
        lines.append(f"INSERT INTO r VALUES ({row + 1}, {', '.join(literals)});")
    return "\n".join(lines)


def value_of(expression, rows):
    """SQL for the value of an expression over `rows`, what stands behind FROM: one row, or those of an aggregate."""
    query = "SELECT pg_temp.shown(" + expression + "\n) FROM " + rows
    return f"pg_temp.value_of({quoted(query)})"


def type_of(expression, rows):
    """SQL for its type, as computed over `rows`."""
    query = "SELECT format_type(pg_typeof(" + expression + "\n), -1) FROM " + rows
    return f"pg_temp.type_of({quoted(query)})"


def values_in_rows(expression, count):
    return [value_of(expression, f"r WHERE row_number = {row + 1}") for row in range(count)]


def question(parts):
    """One line of the answer."""
    return f"SELECT concat_ws('{SEPARATOR}', {', '.join(parts)});\n"


def ask(script):
    psql = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", "postgres", "-f", "-"]
    return subprocess.run(psql, input=script.encode(), stdout=subprocess.PIPE, check=True).stdout.decode()


def answer(cases, other_lines, questions, changed=lambda kind, value: value):
    """Writes type and values behind each case of the file; `questions` makes the SQL for them of the case and all lines.

    Lines that begin with # or ! or one of `other_lines` are no cases. Equal values are written once.
    """
    lines = cases.read_text().split("\n")
    asked = [n for n, line in enumerate(lines) if line and line[0] not in "#!" and not line.startswith(other_lines)]
    texts = [lines[n].split(SEPARATOR)[0] for n in asked]
    script = create_table(parts_of(lines, "column ")) + SETTINGS + FUNCTIONS
    for text in texts:
        script += question(questions(text.split(" := ")[-1], lines))
    answers = ask(script).rstrip("\n").split("\n")
    assert len(answers) == len(asked), (len(answers), len(asked))
    for n, text, answered in zip(asked, texts, answers):
        kind, *values = answered.split(SEPARATOR)
        values = [changed(kind, value) for value in values]
        same = len(set(values)) == 1
        lines[n] = SEPARATOR.join([text, kind] + (values[:1] if same else values))
    cases.write_text("\n".join(lines))
