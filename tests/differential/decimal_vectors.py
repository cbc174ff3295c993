#!/usr/bin/env python3
"""Runs the decimal test vectors (*.decTest by Mike Cowlishaw, in Debian's libpython3.11-testsuite) through numeric.

  decimal_vectors.py --evaluate PROGRAM [--folder FOLDER]

add, subtract, multiply, divide, quantize and compare, where the models agree: a vector's result that is exact must be ours,
with the same scale. What was skipped is counted by its reason. Exit status 1 if one fails.
"""
import argparse
import collections
import decimal
import pathlib
import re
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).parents[1]))
from postgresql_cases import SEPARATOR  # noqa: E402

FOLDER = "/usr/lib/python3.11/test/decimaltestdata"
EXPRESSIONS = {
    "add": "a + b", "subtract": "a - b", "multiply": "a * b", "divide": "a / b", "quantize": "round(a, k)",
    "compare": "CASE WHEN a < b THEN -1 WHEN a = b THEN 0 WHEN a > b THEN 1 END",
}
DIGITS_MAX = 38
SCALE_MAX = 300
QUOTIENT_SCALE = 16  # that every quotient has at least
VECTOR = re.compile(r"^(\w+)\s+(\w+)\s+(\S+)\s+(?:(\S+)\s+)?->\s+(\S+)\s*(.*)$")
# Nothing is rounded in it, and nothing too large for it.
EXACT = decimal.Context(prec=4000, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN)


class Skip(Exception):
    pass


def number(text):
    text = text.strip("'\"")
    if "#" in text or "?" in text:
        raise Skip("another representation than text")
    value = EXACT.create_decimal(text)
    if not value.is_finite():
        raise Skip("infinity and NaN")
    return value


def fits(value):
    _, digits, exponent = value.as_tuple()
    if len(digits) + max(exponent, 0) > DIGITS_MAX:
        raise Skip("more than 38 digits")
    if -exponent > SCALE_MAX:
        raise Skip("very small")
    return value


def plain(value):
    """As numeric shows it: no exponent, no negative zero."""
    text = format(value, "f")
    return text.lstrip("-") if value.is_zero() else text


def case(operation, operands, result, conditions, settings):
    """The row (a, b, k) and what must come."""
    a, b = (fits(number(operand)) for operand in operands)
    if conditions & {"division_by_zero", "division_undefined"}:
        return (a, b, 0), "ERROR 22012"
    wanted = fits(number(result))
    if operation == "quantize":
        if settings["rounding"] != "half_up" and conditions & {"inexact"}:
            raise Skip("another rounding than half up")
        if conditions & {"invalid_operation"}:
            raise Skip("limits of the other model")
        return (a, b, -b.as_tuple().exponent), plain(wanted)
    if operation == "compare":
        return (a, b, 0), plain(wanted)
    if conditions - {"rounded", "subnormal", "clamped"}:
        raise Skip("rounded to the other model's precision")
    scales = [max(0, -value.as_tuple().exponent) for value in (a, b)]
    if operation == "divide":
        if -wanted.normalize(EXACT).as_tuple().exponent > QUOTIENT_SCALE:
            raise Skip("more digits than a quotient shows")
        scale = max(QUOTIENT_SCALE, *scales)
    else:
        scale = sum(scales) if operation == "multiply" else max(scales)
    if wanted.adjusted() + 1 + scale > DIGITS_MAX:
        raise Skip("more than 38 digits")
    # Numeric has no positive exponents, and the other model drops zeroes where it rounds.
    same_scale = not conditions and wanted.as_tuple().exponent == -scale
    return (a, b, 0), plain(wanted) if same_scale else wanted


def vectors(folder):
    """Of each file: name, operation, operands, result, conditions, settings."""
    for file in sorted(pathlib.Path(folder).glob("*.decTest")):
        settings = {"rounding": "half_up"}
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
            line = line.partition("--")[0].strip()
            directive = re.match(r"^(\w+)\s*:\s*(\S+)$", line)
            if directive:
                settings[directive[1].lower()] = directive[2].lower()
            elif vector := VECTOR.match(line):
                name, operation, first, second, result, conditions = vector.groups()
                if operation.lower() in EXPRESSIONS and second is not None:
                    yield (name, operation.lower(), (first, second), result, set(conditions.lower().split()),
                           dict(settings))


def ours(program, expression, rows):
    columns = [["a", "numeric"], ["b", "numeric"], ["k", "integer"]]
    for row in rows:
        for column, value in zip(columns, row):
            column.append(str(value) if isinstance(value, int) else plain(value))
    text = "\n".join("column " + SEPARATOR.join(column) for column in columns) + f"\n{expression}\n"
    done = subprocess.run([program], input=text, capture_output=True, text=True, check=True)
    return done.stdout.rstrip("\n").split(SEPARATOR)[1:]


def agrees(our_value, wanted):
    if isinstance(wanted, str):
        return our_value.partition(":")[0] == wanted if wanted.startswith("ERROR") else our_value == wanted
    return not our_value.startswith("ERROR") and EXACT.create_decimal(our_value) == wanted


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--evaluate", required=True)
    parser.add_argument("--folder", default=FOLDER)
    options = parser.parse_args()
    if not any(pathlib.Path(options.folder).glob("*.decTest")):
        raise SystemExit(f"no decimal test vectors in {options.folder}: scripts/install-packages")
    cases, skipped = collections.defaultdict(list), collections.Counter()
    for name, operation, operands, result, conditions, settings in vectors(options.folder):
        try:
            cases[operation].append((name, *case(operation, operands, result, conditions, settings)))
        except Skip as reason:
            skipped[str(reason)] += 1
        except decimal.InvalidOperation:
            skipped["not a number"] += 1
    passed = failed = 0
    for operation, asked in cases.items():
        answers = ours(options.evaluate, EXPRESSIONS[operation], [row for _, row, _ in asked])
        for (name, row, wanted), our_value in zip(asked, answers, strict=True):
            if agrees(our_value, wanted):
                passed += 1
                continue
            failed += 1
            print(f"{name}: {operation} {row[0]} {row[1]}: {our_value}, not {wanted}")
    print(f"{passed} passed, {failed} failed; skipped: {dict(skipped)}")
    return 0 if passed > 0 and failed == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
