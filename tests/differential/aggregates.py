#!/usr/bin/env python3
"""Asks a real PostgreSQL for aggregates of random groups of random rows, and has the tests of aggregates compare: over
states, and through a real step with commits and rollbacks.

  aggregates.py --states test_aggregates --step test_operators [--tables N] [--seed S]

Exit status 1 if one finds a difference; it names the call and the group,
and the table stays in the folder that is printed.
"""
import argparse
import os
import pathlib
import random
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).parents[1]))
import grammar  # noqa: E402
import private_postgresql  # noqa: E402

ASK = pathlib.Path(__file__).parents[1] / "aggregates" / "ask_postgresql.py"
ROWS, GROUPS = 40, 12
NUMBERS = ["sum", "avg", "min", "max", "var_pop", "var_samp", "variance", "stddev_pop", "stddev_samp", "stddev"]
PAIRS = ["covar_pop", "covar_samp", "corr", "regr_count", "regr_avgx", "regr_avgy", "regr_sxx", "regr_syy", "regr_sxy",
         "regr_slope", "regr_intercept", "regr_r2"]


# Doubles of a size at which rounding doesn't depend on the order; numerics whose squares have 38 digits.
EDGES = grammar.EDGES | {"double precision": ["0", "-0", "1", "0.1"],
                         "numeric": ["0", "0.00", "-0.5", "1.50", "100", "9" * 18, "-" + "9" * 18 + ".99"]}


class Values(grammar.Values):
    def double_precision(self):
        drawn = self.rng.gauss(0, 1) * 10.0 ** self.rng.randint(-3, 6)
        return repr(round(drawn, self.rng.randint(0, 8)))


def columns(rng):
    values = Values(rng, EDGES)
    kinds = grammar.TYPES | {"small": "s", "money": "m"}
    declared = {"small": "integer", "money": "numeric(12,2)"}
    made = [[name, declared.get(kind, kind)] + [values.of(kind) for _ in range(ROWS)] for kind, name in kinds.items()]
    for column, kind in (("d2", "double precision"), ("t2", "text"), ("f2", "boolean")):
        made.append([column, kind] + [values.of(kind) for _ in range(ROWS)])
    return made


def calls():
    yield "count(*)"
    for column in ["f", "i", "b", "n", "d", "t", "c", "ts", "dt", "iv"]:
        yield f"count({column})"
        yield f"count(DISTINCT {column})"
    for column in ["i", "b", "n", "d", "s", "m"]:
        for function in NUMBERS:
            yield f"{function}({column})"
            # Doubles are added in another order; of 1.0 and 1.00 another one is kept, whose scale may show.
            if column not in ("d", "n"):
                yield f"{function}(DISTINCT {column})"
    for function in ["sum", "avg", "min", "max"]:
        yield f"{function}(iv)"
        yield f"{function}(tod)"
    for column in ["t", "c", "ts", "dt"]:
        yield f"min({column})"
        yield f"max({column})"
    for function in ["bool_and", "bool_or", "every"]:
        yield f"{function}(f)"
    for function in PAIRS:
        yield f"{function}(d, d2)"
        yield f"{function}(s, m)"
    yield "string_agg(t, t2)"
    for column in ["f", "i", "n", "t", "c", "ts", "iv", "by"]:
        yield f"array_agg({column})"
        yield f"first_value({column}) := (array_agg({column}))[1]"
        yield f"last_value({column}) := (array_agg({column}))[count(*)]"
        yield f"lag({column}) := (array_agg({column}))[count(*) - 1]"
    for column in ["i", "t", "c::character(8)", "ts", "m"]:
        ordered = f"array_agg({column} ORDER BY {column} DESC) FILTER (WHERE {column} IS NOT NULL)"
        yield f"top_k({column}, 3) := ({ordered})[1:3]"
    for column in ["i", "n", "d", "t", "c", "ts", "dt", "iv"]:
        for value in ["t", "n", "f", "iv"]:
            ordered = f"array_agg({value} ORDER BY {column}, place) FILTER (WHERE {column} IS NOT NULL)"
            yield f"min_by({value}, {column}) := ({ordered})[1]"


# What makes values that are equal be shown alike: of 1.0 and 1.00 another one may be shown.
ALIKE = {"n": "n + 0.000000000000", "d": "d + 0", "iv": "justify_interval(iv)", "c": "c::character(8)"}


def ordered_sets(rng):
    for column in ["f", "i", "b", "n", "d", "s", "m", "t", "c", "ts", "dt", "iv"]:
        for direction in ["", " DESC"]:
            within = f"WITHIN GROUP (ORDER BY {ALIKE.get(column, column)}{direction})"
            yield f"mode() {within}"
            for function in ["percentile_disc"] + ["percentile_cont"] * (column not in ("f", "t", "c", "ts", "dt")):
                for fraction in ["0", "0.5", "1", round(rng.random(), rng.randint(1, 6))]:
                    yield f"{function}({fraction}) {within}"


def in_order(rng):
    """Rows that are equal by the order come as they came, which PostgreSQL is asked for."""
    for column in ["f", "i", "b", "n", "d", "s", "m", "t", "c", "ts", "dt", "iv"]:
        for call in ["string_agg(t, t2", "sum(d", "avg(d2", "stddev(d", "corr(d, d2", "count(i", "array_agg(n"]:
            keys = column + rng.choice(["", " DESC"]) + rng.choice(["", " NULLS FIRST", " NULLS LAST"])
            if rng.random() < 0.5:
                keys += rng.choice([", f2", ", t2 DESC", ", i % 3 NULLS FIRST"])
            yield f"{call} ORDER BY {keys}) := {call} ORDER BY {keys}, place)"
    for direction in ["", " DESC", " DESC NULLS LAST"]:
        yield f"string_agg(DISTINCT t, t2 ORDER BY t{direction})"
        yield f"string_agg(DISTINCT t, t2 ORDER BY t2{direction}, t)"
        yield f"count(DISTINCT i ORDER BY i{direction})"
        yield f"array_agg(DISTINCT i ORDER BY i{direction})"


def filtered(call):
    call, _, asked = call.partition(" := ")
    return f"{call} FILTER (WHERE f2)" if not asked else ""


def table(rng):
    lines = ["column " + " | ".join(column) for column in columns(rng)]
    lines += ["group none"]
    for group in range(GROUPS):
        members = [str(rng.randint(1, ROWS)) for _ in range(rng.choice([1, 2, 3, 5, 10, 30]))]
        lines.append(f"group g{group} | {' '.join(members)}")
    for call in [*calls(), *ordered_sets(rng), *in_order(rng)]:
        lines.append(call)
        if rng.random() < 0.3 and filtered(call):
            lines.append(filtered(call))
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--states", required=True)
    parser.add_argument("--step", required=True)
    parser.add_argument("--tables", type=int, default=5)
    parser.add_argument("--seed", default="1")
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="pactolus-aggregates-"))
    compared = 0
    with private_postgresql.server() as environment:
        for number in range(options.tables):
            cases = folder / "cases.txt"
            lines = table(random.Random(f"{options.seed} {number}"))
            cases.write_text("\n".join(lines) + "\n")
            subprocess.run([str(ASK), str(cases)], env=os.environ | environment, check=True)
            for program, test in ((options.states, "aggregates give what PostgreSQL gives*"),
                                  (options.step, "aggregate\\, final: every aggregate gives what PostgreSQL gives*")):
                done = subprocess.run([program, "-w", "NoTests", test],
                                      env=os.environ | {"PACTOLUS_AGGREGATE_CASES": str(cases)})
                if done.returncode != 0:
                    print(f"--seed {options.seed}, table {number}: {cases}")
                    return 1
            compared += sum(not line.startswith(("column ", "group ")) for line in lines) * (GROUPS + 1)
    cases.unlink()
    folder.rmdir()
    print(f"{compared} values compared")
    return 0


if __name__ == "__main__":
    sys.exit(main())
