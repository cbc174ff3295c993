"""Random expressions of a given type, and rows for them, from a seed.

What functions and operators there are comes from the program under test, so a new one is tested at once. No
expression is without a column: PostgreSQL computes constants before it sees a row.
"""
import random
import string
import uuid

TYPES = {
    "boolean": "f", "integer": "i", "bigint": "b", "numeric": "n", "double precision": "d", "text": "t",
    "timestamp with time zone": "ts", "timestamp without time zone": "tw", "date": "dt", "interval": "iv",
    "smallint": "si", "real": "fl", "time without time zone": "tod", "uuid": "uu", "bytea": "by",
    "integer[]": "ia", "numeric[]": "na", "text[]": "ta",
    "jsonb": "jb", "bpchar": "c", "bpchar[]": "ca",
}
# Either becomes the other by itself.
STRINGS = ["text", "bpchar"]
ARRAYS = [kind for kind in TYPES if kind.endswith("[]")]
COMPARISONS = ["=", "<>", "<", "<=", ">", ">=", "IS DISTINCT FROM", "IS NOT DISTINCT FROM"]
# By explicit casts, both ways.
CASTS = {
    "smallint": ["integer", "bigint", "real", "double precision", "numeric", "text"],
    "integer": ["smallint", "bigint", "real", "numeric", "double precision", "text", "boolean"],
    "bigint": ["smallint", "integer", "real", "numeric", "double precision", "text"],
    "real": ["smallint", "integer", "bigint", "double precision", "numeric", "text"],
    "numeric": ["smallint", "integer", "bigint", "real", "double precision", "text"],
    "double precision": ["smallint", "integer", "bigint", "real", "numeric", "text"],
    "text": ["smallint", "integer", "bigint", "numeric", "real", "double precision", "boolean", "timestamp with time zone", "date",
             "interval", "timestamp without time zone", "time without time zone", "uuid", "bytea", "jsonb", "integer[]", "text[]"],
    "integer[]": ["numeric[]", "text[]", "text"],
    "numeric[]": ["integer[]", "text[]", "text"],
    "text[]": ["integer[]", "numeric[]", "text"],
    "uuid": ["text"],
    "bytea": ["text"],
    "jsonb": ["smallint", "integer", "bigint", "real", "double precision", "numeric", "text", "boolean"],
    "boolean": ["text", "integer"],
    "timestamp with time zone": ["date", "text", "timestamp without time zone", "time without time zone"],
    "timestamp without time zone": ["date", "text", "timestamp with time zone", "time without time zone"],
    "time without time zone": ["text", "interval"],
    "date": ["timestamp with time zone", "timestamp without time zone", "text"],
    "interval": ["text", "time without time zone"],
}
CASTS["bpchar"] = CASTS["text"] + ["text"]
CASTS["bpchar[]"] = CASTS["text[]"] + ["text[]"]
for targets in CASTS.values():
    targets += [target.replace("text", "bpchar") for target in targets if target in ("text", "text[]")]
CASTS["text"].append("bpchar")
CASTS["text[]"].append("bpchar[]")
UNITS = ["microseconds", "milliseconds", "second", "minute", "hour", "day", "week", "month", "quarter", "year",
         "decade", "century", "millennium"]
OF_DAYS = ["dow", "doy", "epoch", "isodow", "isoyear"]
PARTS = {
    "timestamp with time zone": UNITS + OF_DAYS,
    "timestamp without time zone": UNITS + OF_DAYS,
    "date": UNITS[UNITS.index("day"):] + OF_DAYS,
    "time without time zone": UNITS[:UNITS.index("day")] + ["epoch"],
    "interval": [unit for unit in UNITS if unit != "week"] + ["epoch"],
}
ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC", "CET", "UTC+3", "-05:30"]
PATTERNS = ["a", "^[a-z]+", "[0-9]+$", "(.)\\d", "(a|ab)(c|bcd)?", "\\s+", "[^[:alpha:]]", "x*?y?",
            "(\\w+) (\\w+)", "ö|日", "", ".", "^(-?)(\\d+)(\\.\\d+)?$", "\\yb|B\\y", "(^|-)[A-Z]"]
REPLACEMENTS = ["", "-", "<\\1>", "\\&\\&", "\\\\"]
FORMATS = ["YYYY-MM-DD", "HH24:MI:SS.US", "DD Mon YYYY HH12:MI AM", "FMDay, FMDDth FMMonth YYYY", "IYYY-IW-ID",
           "J Q DDD", "YYYY-MM-DD\"T\"HH24:MI:SS"]
INTERVAL_FORMATS = ["YYYY-MM-DD HH24:MI:SS.US", "FMHH24:FMMI:FMSS", "HH12:MI AM", "DDD WW", "Q W CC RM FMrm", "Y,YYY YYY YY Y", "SSSS MS FF2",
                    "DDth FMMMth"]
NUMBER_FORMATS = ["999", "999.99", "990.00", "999,999,999.99", "9999999990.0099", "S999.9", "999.9S", "999MI", "PL999.9", "SG999",
                  "999.99PR", "000009.9", "9.9", "0.9", "99V99", "999th", "RN", "rn", "9.99EEEE", "9,999", "999.", "L999.99"]
TEMPLATES = ["%s", "%%%s", "<%10s/%-10s>", "%L", "%2$s-%1$s", "%1$s %1$L", "%-8L/%s", "%2$30s"]
ENCODINGS = ["hex", "base64", "escape"]
JSON_KEYS = ["a", "b", "aa", "é", "a b", "0", "1", "-1", ""]
WIDTHS = ["<%*s>", "<%-*s>", "<%2$*1$s>", "%*1$L"]
# What would take PostgreSQL minutes or gibibytes with any value, or let it overflow: argument -> the column to take.
SMALL = {
    ("right", 1): "s", ("width_bucket", 1): "s", ("width_bucket", 2): "s", ("repeat", 1): "s", ("lpad", 1): "s",
    ("rpad", 1): "s", ("power", 1): "s", ("pow", 1): "s", ("^", 1): "s", ("round", 1): "s", ("trunc", 1): "s",
    ("exp", 0): "m",
} | {("make_interval", place): "s" for place in range(6)}
# Ours, or written in a way of their own.
LEFT_OUT = {"try", "event_time", "luhn_valid", "iban_valid", "mask_pan", "haversine_km", "position", "extract",
            "date_part", "date_trunc", "timezone", "overlaps", "to_char",
            "format", "convert_to", "convert_from", "encode", "decode"}


def left_out(name, parameters):
    # age(x) is refused, for it asks the clock; patterns are constants.
    if (name, len(parameters)) == ("age", 1) or name.startswith("regexp_"):
        return True
    if name in ("substring", "~") and "text" in parameters[1:]:
        return True
    # PostgreSQL computes the operands the other way round, so another one's error comes first.
    swapped = [("integer", "date"), ("interval", "date"), ("interval", "timestamp with time zone"),
               ("interval", "timestamp without time zone"), ("interval", "time without time zone"),
               ("time without time zone", "date")]
    return name in LEFT_OUT or name == "+" and parameters in swapped


# Values that are chosen by hand.
EDGES = {
    "boolean": ["true", "false"],
    "smallint": ["0", "1", "-1", "32767", "-32768"],
    "integer": ["0", "1", "-1", "16777217", "2147483647", "-2147483648"],
    "bigint": ["0", "-1", "9223372036854775807", "-9223372036854775808", "2147483648"],
    "small": ["0", "1", "-1"],
    "numeric": ["0", "0.00", "-0.5", "1", "9" * 38, "-" + "9" * 38, "0." + "0" * 37 + "1", "1.50", "100"],
    "money": ["0.00", "9999999999.99", "-9999999999.99", "0.01"],
    "double precision": ["0", "-0", "1e308", "-1e308", "5e-324", "NaN", "Infinity", "-Infinity", "0.1", "1e15",
                         "123456789012345680"],
    "real": ["0", "-0", "3.4028235e38", "-3.4028235e38", "1e-45", "NaN", "Infinity", "-Infinity", "0.1", "1e6",
             "16777216", "-2.5"],
    "text": ["''", "a", "Größe", "日本語", "%_", "a\\b", "12", "-3.5", "true", "2024-02-29", "1e5", "é", "😀 x",
             " pad ", "2 days"],
    "bpchar": ["''", " ", "a", "a ", " a  ", "Größe ", "日本語  ", "a\t", "%_ ", "12 ", "-3.5", "true ", "2024-02-29 "],
    "timestamp with time zone": [
        "0001-01-01 00:00:00+00", "9999-12-31 23:59:59.999999+00", "2024-02-29 12:00:00+00", "1970-01-01 00:00:00+00",
        "1969-12-31 23:59:59.5+00", "2000-12-31 23:59:59.999999+00",
        # around changes of the clocks in Berlin and New York
        "2026-03-29 01:00:00+00", "2026-10-25 00:59:59+00", "2026-03-08 07:00:00+00"],
    "timestamp without time zone": [
        "0001-01-01 00:00:00", "9999-12-31 23:59:59.999999", "2024-02-29 12:00:00", "1970-01-01 00:00:00",
        # which clocks skip or show twice
        "2026-03-29 02:30:00", "2026-10-25 02:30:00", "2026-11-01 01:30:00", "1900-01-01 00:00:00"],
    "time without time zone": ["00:00:00", "24:00:00", "23:59:59.999999", "12:00:00", "09:30:00.5"],
    "uuid": ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff",
             "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"],
    "bytea": ["\\x", "\\x00", "\\xff", "\\x616263", "\\x5c78", "\\xc3a9", "\\x25", "\\x5f25"],
    "jsonb": ["null", "true", "false", "0", "-0.00", "1.50", "1e40", "-1e-40", "32767.5", "2147483647.4", '""', '"a"',
              '"é\\u001f\\"\\\\"', "[]", "{}", "[[]]", "[null]", '{"a": null}', '{"b": 1, "a": {"a": [1, 2]}, "a": [[], "a"]}',
              "123456789012345678901234567890123456789012345678.9"],
    "date": ["0001-01-01", "9999-12-31", "2024-02-29", "1970-01-01", "1999-12-31"],
    "interval": ["00:00:00", "1 mon", "30 days", "-1 mons", "1 year", "-00:00:00.000001", "100 years", "1 mon -30 days",
                 "24:00:00"],
}


for array in ARRAYS:
    EDGES[array] = ["{}", "{NULL}"] + ["{" + (edge if edge == "''" else '"' + edge.replace("\\", "\\\\") + '"') + ",NULL}"
                                       for edge in EDGES[array.removesuffix("[]")] if edge != "''"]


class Values:
    """Values of a column: edges, and at random."""

    def __init__(self, rng, edges=EDGES):
        self.rng = rng
        self.edges = edges

    def of(self, kind):
        if self.rng.random() < 0.12:
            return "NULL"
        if self.rng.random() < 0.4:
            return self.rng.choice(self.edges[kind])
        return self.array(kind.removesuffix("[]")) if kind in ARRAYS else getattr(self, kind.replace(" ", "_"))()

    def array(self, kind):
        values = [self.of(kind) for _ in range(self.rng.randint(0, 4))]
        values = [value if value == "NULL" else "" if value == "''" else value for value in values]
        return "{" + ",".join(v if v == "NULL" else '"' + v.replace("\\", "\\\\") + '"' for v in values) + "}"

    def boolean(self):
        return self.rng.choice(["true", "false"])

    def smallint(self):
        return str(self.rng.randint(*self.rng.choice([(-20, 20), (-300, 300), (-2**15, 2**15 - 1)])))

    def integer(self):
        return str(self.rng.randint(*self.rng.choice([(-20, 20), (-3000, 3000), (-2**31, 2**31 - 1)])))

    def small(self):
        return str(self.rng.randint(-3, 12))

    def bigint(self):
        return str(self.rng.randint(*self.rng.choice([(-100, 100), (-10**12, 10**12), (-2**63, 2**63 - 1)])))

    def numeric(self):
        digits = self.rng.choice([1, 3, 6, 12, 20])
        scale = self.rng.randint(0, min(digits, 8))
        text = str(self.rng.randint(0, 10**digits - 1)).rjust(scale + 1, "0")
        number = text[:len(text) - scale] + ("." + text[len(text) - scale:] if scale else "")
        return self.rng.choice(["", "-"]) + number

    def jsonb(self, depth=3):
        """A text that is read to one, blanks and equal keys among it."""
        way = self.rng.randrange(9 if depth > 0 else 5)
        if way == 0:
            return self.rng.choice(["null", "true", "false"])
        if way <= 2:
            number = self.numeric()
            return self.rng.choice([number, number, str(self.rng.randint(-9, 99)) + f"e{self.rng.randint(-9, 9)}"])
        if way <= 4:
            return self.json_string()
        items = [self.jsonb(depth - 1) for _ in range(self.rng.randint(0, 4))]
        if way <= 6:
            return "[" + self.rng.choice([",", ", ", " ,"]).join(items) + "]"
        return "{" + ", ".join(self.json_string() + ":" + item for item in items) + "}"

    def json_string(self):
        text = self.rng.choice(JSON_KEYS + ["\\u0061", "\\n", "12", "\\ud83d\\ude00", "x/\\/"])
        return f'"{text}"'

    def money(self):
        return f"{self.rng.randint(-10**7, 10**7) / 100:.2f}"

    def real(self):
        value = self.rng.choice([self.rng.uniform(-1, 1), self.rng.uniform(-1e6, 1e6),
                                 self.rng.gauss(0, 1) * 10.0 ** self.rng.randint(-37, 36)])
        return f"{value:.{self.rng.choice([3, 6, 9])}g}"

    def double_precision(self):
        return repr(self.rng.choice([self.rng.uniform(-1, 1), self.rng.uniform(-1e6, 1e6),
                                     self.rng.gauss(0, 1) * 10.0 ** self.rng.randint(-30, 30)]))

    def text(self):
        letters = string.ascii_letters + "  %_.-0123456789"
        return "".join(self.rng.choice(letters) for _ in range(self.rng.randint(1, 12))).strip() or "x"

    def bpchar(self):
        return self.rng.choice([self.text(), self.text()[:3], self.rng.choice("abc")]) + " " * self.rng.choice([0, 0, 1, 2, 5])

    def uuid(self):
        return str(uuid.UUID(int=self.rng.getrandbits(128)))

    def bytea(self):
        return "\\x" + self.rng.randbytes(self.rng.choice([1, 3, 20, 70])).hex()

    def clock(self):
        return f"{self.rng.randint(0, 23):02}:{self.rng.randint(0, 59):02}:{self.rng.randint(0, 59):02}"

    def date(self):
        return f"{self.rng.randint(1900, 2100):04}-{self.rng.randint(1, 12):02}-{self.rng.randint(1, 28):02}"

    def time_without_time_zone(self):
        fraction = self.rng.choice(["", f".{self.rng.randint(1, 999999):06}".rstrip("0")])
        return self.clock() + fraction

    def timestamp_without_time_zone(self):
        return f"{self.date()} {self.time_without_time_zone()}"

    def timestamp_with_time_zone(self):
        return self.timestamp_without_time_zone() + "+00"

    def interval(self):
        days, months = self.rng.randint(-99, 99), self.rng.randint(-40, 40)
        return self.rng.choice([f"{days} days", f"{months} mons {days} days",
                                f"{days} days {self.clock()}.{self.rng.randint(1, 999)}"])


def columns(rng, rows):
    """Lines as in cases.txt: name, type, values."""
    values = Values(rng)
    made = []
    for kind, name in TYPES.items():
        for suffix in ("", "2"):
            made.append([name + suffix, kind] + [values.of(kind) for _ in range(rows)])
    made.append(["s", "integer"] + [values.of("small") for _ in range(rows)])
    made.append(["m", "numeric(12,2)"] + [values.of("money") for _ in range(rows)])
    made.append(["k", "character(4)"] + [values.of("bpchar").rstrip()[:4] or "''" for _ in range(rows)])
    return made


def instances(signatures):
    """With three types of arrays for any."""
    for what, name, result, parameters in signatures:
        if "anyarray" not in parameters:
            yield what, name, result, parameters
            continue
        for array in ARRAYS:
            actual = {"anyarray": array, "anyelement": array.removesuffix("[]")}
            yield what, name, actual.get(result, result), [actual.get(kind, kind) for kind in parameters]


class Expressions:
    def __init__(self, rng, signatures):
        """signatures: [(what, name, result, parameters)], what being function, operator or variadic."""
        self.rng = rng
        self.by_result = {}
        for what, name, result, parameters in instances(signatures):
            if result not in TYPES or not set(parameters) <= set(TYPES) or left_out(name, parameters):
                continue
            self.by_result.setdefault(result, {}).setdefault((what, name, len(parameters)), []).append(parameters)
        self.values = Values(rng)

    def column(self, kind):
        name = TYPES[kind] + self.rng.choice(["", "2"])
        constrained = {"numeric": "m", "bpchar": "k"}
        return constrained[kind] if kind in constrained and self.rng.random() < 0.3 else name

    def string_too(self, kind):
        """Now and then the other string type."""
        return self.rng.choice(STRINGS) if kind in STRINGS and self.rng.random() < 0.2 else kind

    def literal(self, kind):
        value = "NULL"
        while value == "NULL":
            value = self.values.of(kind)
        value = "" if value == "''" else value
        bare = kind in ("integer", "bigint", "numeric") and self.rng.random() < 0.8
        return f"({value})" if bare else "'" + value.replace("'", "''") + f"'::{kind}"

    def leaf(self, kind, constant_too=True):
        return self.literal(kind) if constant_too and self.rng.random() < 0.2 else self.column(kind)

    def of(self, kind, depth):
        """An expression with a column in it."""
        if depth <= 0:
            return self.column(kind)
        ways = [self.called] * 6 + [self.cast, self.chosen]
        if kind == "boolean":
            ways += [self.compared] * 2 + [self.logic, self.tested, self.matches]
        if kind == "text":
            ways.append(self.rewritten)
        if kind in ARRAYS:
            ways += [self.constructed, self.sliced] + [self.divided] * (kind == "text[]")
        if f"{kind}[]" in ARRAYS:
            ways.append(self.element)
        if kind == "boolean":
            ways.append(self.quantified)
        if kind in ("jsonb", "text", "boolean"):
            ways += [self.looked_up] * 2
        return self.rng.choice(ways)(kind, depth - 1)

    def operands(self, kinds, depth):
        """Of which at least one has a column."""
        first = self.rng.randrange(len(kinds))
        return [self.of(kind, depth) if at == first else
                self.leaf(kind) if self.rng.random() < 0.6 else self.of(kind, depth - 1)
                for at, kind in enumerate(kinds)]

    def called(self, kind, depth):
        choices = list(self.by_result.get(kind, {}))
        own = {"timestamp with time zone": self.rng.choice([self.truncated, self.zoned]),
               "timestamp without time zone": self.rng.choice([self.truncated, self.zoned]),
               "interval": self.truncated, "double precision": self.part,
               "numeric": self.part, "bytea": self.as_bytes,
               "text": self.rng.choice([self.formatted, self.filled_in, self.encoded]), "integer": self.position}.get(kind)
        at = self.rng.randrange(len(choices) + (1 if own else 0)) if choices or own else None
        if at is None:
            return self.column(kind)
        if at == len(choices):
            return own(kind, depth)
        what, name, _ = choices[at]
        parameters = self.rng.choice(self.by_result[kind][choices[at]])
        if not parameters and what != "variadic":
            return self.column(kind)
        if what == "variadic":
            kinds = list(parameters) + [self.rng.choice(list(TYPES)) for _ in range(self.rng.randint(1, 3))]
        else:
            kinds = parameters
        given = self.operands([self.string_too(kind) for kind in kinds], depth)
        for place in range(len(given)):
            given[place] = SMALL.get((name, place), given[place]) if kinds[place] != "text" else given[place]
        if what != "operator":
            return f"{name}({', '.join(given)})"
        return f"({name} {given[0]})" if len(given) == 1 else f"({given[0]} {name} {given[1]})"

    def constructed(self, kind, depth):
        elements = self.operands([kind.removesuffix("[]")] * self.rng.randint(1, 4), depth)
        return f"ARRAY[{', '.join(elements)}]"

    def sliced(self, kind, depth):
        lower, upper = (self.rng.choice(["", "1", "2", "s", "-1"]) for _ in range(2))
        return f"({self.of(kind, depth)})[{lower}:{upper}]"

    def divided(self, _, depth):
        text, pattern = self.of(self.string_too("text"), depth), self.rng.choice(PATTERNS)
        if self.rng.random() < 0.3:
            return f"string_to_array({text}, {self.rng.choice(['NULL', repr(' '), repr('a'), repr('')])})"
        return f"{self.rng.choice(['regexp_match', 'regexp_split_to_array'])}({text}, '{pattern}', '{self.rng.choice(['', 'i'])}')"

    def element(self, kind, depth):
        return f"({self.of(kind + '[]', depth)})[{self.rng.choice(['1', '1', '2', 's', 'i'])}]"

    def quantified(self, _, depth):
        array = self.rng.choice(ARRAYS)
        element = array.removesuffix("[]")
        operators = COMPARISONS[:6] + (["LIKE", "NOT LIKE", "ILIKE"] if element in STRINGS else [])
        value, elements = self.operands([self.string_too(element), array], depth)
        return f"({value} {self.rng.choice(operators)} {self.rng.choice(['ANY', 'ALL'])} ({elements}))"

    def looked_up(self, kind, depth):
        """By keys that are there now and then."""
        value, key = self.of("jsonb", depth), self.rng.choice(JSON_KEYS)
        way = self.rng.randrange(3)
        if kind == "boolean" or way == 0:
            path = ",".join('"' + self.rng.choice(JSON_KEYS) + '"' for _ in range(self.rng.randint(0, 3)))
            operator = {"jsonb": ["#>"], "text": ["#>>"], "boolean": ["?|", "?&"]}[kind]
            return f"({value} {self.rng.choice(operator)} '{{{path}}}')"
        where = f"'{key}'" if way == 1 else str(self.rng.randint(-2, 3))
        return f"({value} {'->' if kind == 'jsonb' else '->>'} {where})"

    def zoned(self, kind, depth):
        other = {"timestamp with time zone": "timestamp without time zone",
                 "timestamp without time zone": "timestamp with time zone"}[kind]
        if kind == "timestamp with time zone" and self.rng.random() < 0.3:
            unit, source = self.rng.choice(UNITS), self.of(kind, depth)
            return f"date_trunc('{unit}', {source}, '{self.rng.choice(ZONES)}')"
        return f"({self.of(other, depth)} AT TIME ZONE '{self.rng.choice(ZONES)}')"

    def truncated(self, kind, depth):
        units = UNITS if kind != "interval" else [unit for unit in UNITS if unit != "week"]
        return f"date_trunc('{self.rng.choice(units)}', {self.of(kind, depth)})"

    def part(self, kind, depth):
        of = self.rng.choice(list(PARTS))
        unit = self.rng.choice(PARTS[of])
        source = self.of(of, depth)
        return f"extract({unit} FROM {source})" if kind == "numeric" else f"date_part('{unit}', {source})"

    def number_format(self):
        if self.rng.random() < 0.4:
            return self.rng.choice(["FM", ""]) + self.rng.choice([f for f in NUMBER_FORMATS if "EEEE" not in f])
        digits = lambda most: "".join(self.rng.choice("99990,G x") for _ in range(self.rng.randint(0, most)))  # noqa: E731
        sign = self.rng.choice(["", "", "S", "SG", "PL", "MI", "L"])
        behind = self.rng.choice(["", "", " EUR", "V9"] + ["PR"] * (sign in ("", "L")) + ["S", "MI"] * (sign == "") + ["PL"] * (sign != "S"))
        point = "." + digits(5) if behind != "V9" and self.rng.random() < 0.6 else ""
        return self.rng.choice(["FM", ""]) + sign + digits(12) + point + behind

    def formatted(self, _, depth):
        if self.rng.random() < 0.5:
            # As a numeric: PostgreSQL's integers wrap around behind V.
            return f"to_char(({self.of(self.rng.choice(['numeric', 'integer']), depth)})::numeric, '{self.number_format()}')"
        of = self.rng.choice(["timestamp with time zone", "timestamp without time zone", "interval"])
        return f"to_char({self.of(of, depth)}, '{self.rng.choice(INTERVAL_FORMATS if of == 'interval' else FORMATS)}')"

    def encoded(self, _, depth):
        if self.rng.random() < 0.2:
            return f"convert_from({self.of('bytea', depth)}, 'UTF8')"
        return f"encode({self.of('bytea', depth)}, '{self.rng.choice(ENCODINGS)}')"

    def as_bytes(self, _, depth):
        if self.rng.random() < 0.3:
            return f"convert_to({self.of('text', depth)}, 'UTF8')"
        encoding, text = self.rng.choice(ENCODINGS), self.of("text", depth)
        if self.rng.random() < 0.5:
            text = f"encode({self.of('bytea', depth)}, '{encoding}')"
        return f"decode({text}, '{encoding}')"

    def filled_in(self, _, depth):
        kinds = [self.rng.choice(list(TYPES)) for _ in range(2)]
        first, second = self.operands(kinds, depth)
        if self.rng.random() < 0.3:
            return f"format('{self.rng.choice(WIDTHS)}', s, {second})"
        return f"format('{self.rng.choice(TEMPLATES)}', {first}, {second})"

    def position(self, _, depth):
        part, whole = self.operands(["text", "text"], depth)
        return f"position({part} IN {whole})"

    def matches(self, _, depth):
        pattern, operator = self.rng.choice(PATTERNS), self.rng.choice(["~", "~*", "!~", "!~*"])
        return f"({self.of(self.rng.choice(STRINGS), depth)} {operator} '{pattern}')"

    def rewritten(self, _, depth):
        text, pattern = self.of("text", depth), self.rng.choice(PATTERNS)
        if self.rng.random() < 0.4:
            return f"substring({text} FROM '{pattern}')"
        replacement, flags = self.rng.choice(REPLACEMENTS), self.rng.choice(["", "g", "i", "gi"])
        return f"regexp_replace({text}, '{pattern}', '{replacement}', '{flags}')"

    def cast(self, kind, depth):
        sources = [source for source, targets in CASTS.items() if kind in targets]
        source = self.rng.choice(sources)
        length = f"character({self.rng.randint(1, 8)})" if self.rng.random() < 0.5 else "bpchar"
        return f"({self.of(source, depth)})::{kind.replace('bpchar', length)}"

    def chosen(self, kind, depth):
        way = self.rng.randrange(5)
        if way == 0:
            return f"CASE WHEN {self.of('boolean', depth)} THEN {self.of(kind, depth)} ELSE {self.leaf(kind)} END"
        if way == 1:
            other = self.rng.choice(list(TYPES))
            return (f"CASE {self.of(other, depth - 1)} WHEN {self.leaf(other)} THEN {self.leaf(kind)} "
                    f"WHEN {self.leaf(other)} THEN {self.of(kind, depth - 1)} END")
        # Of strings the first one decides, but in NULLIF.
        others = [kind] if way == 2 else [self.string_too(kind) for _ in range(self.rng.randint(1, 3))]
        operands = self.operands([kind] + others, depth)
        if way == 3:
            operands[0] = self.of(kind, depth)  # a constant would be the whole
        return f"{['NULLIF', 'COALESCE', self.rng.choice(['GREATEST', 'LEAST'])][way - 2]}({', '.join(operands)})"

    def compared(self, _, depth):
        kind = self.rng.choice(list(TYPES))
        way = self.rng.randrange(5)
        if way == 4:
            kinds = [kind] + [self.rng.choice(list(TYPES)) for _ in range(self.rng.randint(1, 2))]
            left, right = (", ".join(self.operands(kinds, depth - 1)) for _ in range(2))
            return f"(({left}) {self.rng.choice(COMPARISONS[:6])} ({right}))"
        if way == 0:
            value, low, high = self.operands([kind] + [self.string_too(kind) for _ in range(2)], depth)
            return f"({value} {self.rng.choice(['', 'NOT '])}BETWEEN {low} AND {high})"
        if way == 1:
            kinds = [kind] + [self.string_too(kind) for _ in range(self.rng.randint(1, 4))]
            value, *others = self.operands(kinds, depth)
            return f"({value} {self.rng.choice(['', 'NOT '])}IN ({', '.join(others)}))"
        left, right = self.operands([kind, self.string_too(kind)], depth)
        return f"({left} {self.rng.choice(COMPARISONS)} {right})"

    def logic(self, _, depth):
        if self.rng.random() < 0.2:
            return f"(NOT {self.of('boolean', depth)})"
        left, right = self.operands(["boolean"] * 2, depth)
        return f"({left} {self.rng.choice(['AND', 'OR'])} {right})"

    def tested(self, _, depth):
        way = self.rng.randrange(3)
        if way == 0:
            return f"({self.of(self.rng.choice(list(TYPES)), depth)} IS {self.rng.choice(['', 'NOT '])}NULL)"
        if way == 1:
            what = self.rng.choice(["TRUE", "FALSE", "UNKNOWN"])
            return f"({self.of('boolean', depth)} IS {self.rng.choice(['', 'NOT '])}{what})"
        kind = self.rng.choice([*STRINGS, *STRINGS, "bytea"])
        text, pattern = self.operands([kind, "bytea" if kind == "bytea" else "text"], depth)
        like = self.rng.choice(["LIKE", "ILIKE"] if kind != "bytea" else ["LIKE"])
        return f"({text} {self.rng.choice(['', 'NOT '])}{like} {pattern})"
