#!/usr/bin/env python3
"""Runs random topologies over random disordered streams in `pactolus test`, and the same rows through a query that says
the same in a real PostgreSQL; every result and every dead letter must agree.

  topologies.py --pactolus PROGRAM [--count N] [--seed S] [--only NUMBER]

Exit status 1 if one differs: its stream is made as small as it may be, and the file to run `pactolus test` on is named.
"""
import argparse
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).parents[1]))
import private_postgresql  # noqa: E402
from joins import join  # noqa: E402
from lines import gaps, linear  # noqa: E402
from look_backs import over  # noqa: E402
from patterns import chain, pattern  # noqa: E402
from session_topologies import counted, sessions  # noqa: E402
from splits import split  # noqa: E402
from tables import aggregate_of_aggregate, forgetful, top  # noqa: E402
from thinned_windows import thinned_windows  # noqa: E402
from topology_parts import CALLS, FINAL_CALLS, HOUR, Row, Topology, by_text, duration, listed, select_text  # noqa: E402

START = 1_774_569_600_000  # 2026-03-27 00:00 UTC: clocks change in Europe within the next days
ZONES = ["UTC", "Europe/Paris", "America/New_York", "Asia/Kathmandu"]

# `events` has the rows in the order in which they come, and the watermark of their partition at that moment; so have
# `others`, of a second source.
STREAM = """
CREATE TEMP TABLE rows (place int, id text, card text, kind int, amount numeric(12,2), t bigint, source text);
CREATE TEMP VIEW events AS
  SELECT *, to_timestamp(t / 1000.0) AS at, max(t) OVER (ORDER BY place) - {disorder} AS watermark FROM rows WHERE source = 'events';
CREATE TEMP VIEW others AS
  SELECT *, to_timestamp(t / 1000.0) AS at, max(t) OVER (ORDER BY place) - {disorder} AS watermark FROM rows WHERE source = 'others';
"""


# ---- windows: YAML, and SQL for the (start, stop) of those that a row of `events` lies in

def tumbling(rng, unit):
    length = rng.randint(1, 12) * unit
    return f"{{tumbling: {duration(length)}}}", f"SELECT t - mod(t, {length}) AS start, t - mod(t, {length}) + {length} AS stop"


def hopping(rng, unit):
    every = rng.randint(1, 6) * unit
    size = every + rng.randint(0, 12) * unit
    return (f"{{hopping: {duration(size)}, every: {duration(every)}}}",
            f"SELECT i * {every} AS start, i * {every} + {size} AS stop FROM generate_series((t - {size}) / {every}, t / {every}) i"
            f" WHERE i * {every} <= t AND t < i * {every} + {size}")


def cumulative(rng, unit):
    length = rng.randint(2, 20) * unit
    step = rng.randint(1, length // unit) * unit
    return (f"{{cumulative: {duration(length)}, every: {duration(step)}}}",
            f"SELECT t - mod(t, {length}) AS start, t - mod(t, {length}) + least(i * {step}, {length}) AS stop"
            f" FROM generate_series(1, {-(-length // step)}) i WHERE mod(t, {length}) < least(i * {step}, {length})")


def calendar(rng, _):
    name, zone = rng.choice(["day", "week", "month"]), rng.choice(ZONES)
    offset = rng.choice([0, 0, 17 * HOUR])
    local = f"date_trunc('{name}', (at AT TIME ZONE '{zone}') - interval '{offset} ms') + interval '{offset} ms'"
    bounds = [f"(extract(epoch FROM ({local}{more}) AT TIME ZONE '{zone}') * 1000)::bigint"
              for more in ("", f" + interval '1 {name}'")]
    return (f"{{calendar: {name}, zone: {zone}, offset: {duration(offset)}}}",
            f"SELECT {bounds[0]} AS start, {bounds[1]} AS stop")


WINDOWS = [tumbling, hopping, cumulative, calendar]


def aggregate(rng, unit):
    """A windowed aggregate: of one or of several kinds of windows, final or with changes."""
    by = rng.choice([["card"], ["card", "kind"], ["kind"], []])
    changes = rng.random() < 0.4
    calls = listed(rng.sample(CALLS if changes else FINAL_CALLS, rng.randint(1, 4)))
    grace = rng.choice([0, 0, rng.randint(1, 5) * unit])
    amends = rng.random() < 0.4
    kinds = [rng.choice(WINDOWS)(rng, unit) for _ in range(rng.choice([1, 1, 1, 2, 3]))]
    if len(kinds) == 1:
        windows, names = f"window: {kinds[0][0]}", []
        spans = kinds[0][1]
    else:
        windows = "windows:" + "".join(f"\n        w{i}: {kind[0]}" for i, kind in enumerate(kinds))
        names = ["window_name"]
        spans = " UNION ALL ".join(f"SELECT 'w{i}' AS window_name, s.* FROM ({kind[1]}) s" for i, kind in enumerate(kinds))
    step = f"""
  totals:
    from: kept
    aggregate:{by_text(by)}
      {windows}
      grace: {duration(grace)}
      emit: {'changes' if changes else 'final'}
      late: {'amend' if amends else 'dead_letter'}
      select:{select_text(calls)}"""
    wanted = rng.choice(["TRUE", "TRUE", "amount > 20"])
    joined = f"(SELECT e.*, s.*, watermark >= stop + {grace} AS closed FROM events e, LATERAL ({spans}) s WHERE {wanted}) j"
    group = by + names
    columns = group + ["start", "stop"]
    named = group + ["to_timestamp(start / 1000.0) AS window_start", "to_timestamp(stop / 1000.0) AS window_end"]
    key = f"[{', '.join(group + ['window_start', 'window_end'])}]"
    # What is grouped by something else than the topic's key comes without the columns that nobody needs.
    shown = "id" if "card" in by else "id AS unknown"
    late = [("totals", f"SELECT {shown} FROM {joined} WHERE closed GROUP BY place, id ORDER BY place")]
    sinks = {}
    if amends:
        alone = (f"SELECT {', '.join(named + [f'{call} AS {name}' for name, call in calls.items()])} FROM {joined} WHERE closed"
                 f" GROUP BY place, {', '.join(columns)} ORDER BY place, stop, {'window_name' if names else 'start'}")
        late, sinks = [], {"amended": ("{from: totals.late, topic: amended}", alone)}
    steps = [f"\n  kept:\n    from: events\n    filter: {wanted}", step]
    if not changes:
        query = (f"SELECT {', '.join(named + [f'{call} AS {name}' for name, call in calls.items()])} FROM {joined}"
                 f" WHERE NOT closed GROUP BY {', '.join(columns)}")
        return Topology(0, steps, {"totals": (f"{{from: totals, topic: totals, key: {key}}}", query)} | sinks, late, any_order=True)
    over = f"OVER (PARTITION BY {', '.join(columns)} ORDER BY place)"
    results = [f"{call} {over} AS {name}" for name, call in calls.items()]
    values = ", ".join(calls)
    before = ", ".join(f"lag({name}) {over}" for name in calls)
    query = (f"SELECT {', '.join(named + list(calls))} FROM (SELECT *, row_number() {over} = 1 OR ROW({values}) IS DISTINCT FROM"
             f" ROW({before}) AS changed FROM (SELECT *, {', '.join(results)} FROM {joined} WHERE NOT closed) r) c"
             f" WHERE changed ORDER BY place, stop, {'window_name' if names else 'start'}")
    key = f"[{', '.join(group + ['window_start'] + ['window_end'] * ('cumulative' in windows))}]"
    return Topology(0, steps, {"totals": (f"{{from: totals, topic: totals, key: {key}}}", query)} | sinks, late, in_order=True)


def windows_of_windows(rng, unit):
    """What comes out of windows goes into others, and nothing is late there."""
    spans = [kind(rng, unit) for kind in (tumbling, rng.choice([tumbling, hopping]))]
    steps = [f"""
  first:
    from: events
    aggregate:
      by: card
      window: {spans[0][0]}
      emit: {rng.choice(["final", "changes"])}
      select: {{n: count(*), total: sum(amount)}}""", f"""
  second:
    from: first
    aggregate:
      window: {spans[1][0]}
      select: {{n: sum(n), groups: count(*), total: sum(total), most: max(n)}}"""]
    first = (f"SELECT card, stop - 1 AS t, count(*) AS n, sum(amount) AS total FROM events, LATERAL ({spans[0][1]}) s"
             f" WHERE watermark < stop GROUP BY card, start, stop")
    query = ("SELECT to_timestamp(start / 1000.0) AS window_start, to_timestamp(stop / 1000.0) AS window_end, sum(n) AS n,"
             " count(*) AS groups, sum(total) AS total, max(n) AS most"
             f" FROM ({first}) f, LATERAL ({spans[1][1]}) s GROUP BY start, stop")
    late = f"SELECT id FROM events, LATERAL ({spans[0][1]}) s WHERE watermark >= stop"
    return Topology(0, steps, {"second": ("{from: second, topic: second, key: window_start}", query)}, [("first", late)], any_order=True)


def deduplicate(rng, unit):
    by = rng.choice([["card"], ["card", "kind"], ["kind"]])
    within, grace = rng.randint(1, 12) * unit, rng.choice([0, rng.randint(1, 5) * unit])
    step = f"""
  once:
    from: events
    deduplicate: {{by: [{', '.join(by)}], within: {duration(within)}, grace: {duration(grace)}}}"""
    closed = f"t - mod(t, {within}) + {within + grace} <= watermark"
    known = "".join(f" AND {column} IS NOT NULL" for column in by)

    def kept(rows):
        seen, found, watermark = [], [], None
        for row in rows:
            watermark = max(watermark or row.time, row.time)
            key = [getattr(row, column) for column in by]
            if None not in key:
                if row.time - row.time % within + within + grace <= watermark - topology.disorder:
                    continue
                if any(key == other and abs(row.time - time) < within for other, time in seen):
                    continue
                seen.append((key, row.time))
            found.append({"id": row.id})
        return found

    shown = "id" if "card" in by else "id AS unknown"
    topology = Topology(0, [step], {"once": ("{from: once, topic: once}", kept)},
                        [("once", f"SELECT {shown} FROM events WHERE {closed}{known} ORDER BY place")], in_order=True)
    return topology


def explode(rng, _):
    values = rng.choice(["string_to_array(id || ',' || card, ',')", "ARRAY[amount, NULL, 2 * amount]", "CASE WHEN kind = 1 THEN '{}' ELSE ARRAY[kind, 7] END",
                         "CASE WHEN kind < 3 THEN CAST('[1, \"a\", {\"b\": [2]}]' AS jsonb) END"])
    unnested = "jsonb_array_elements" if "jsonb" in values else "unnest"
    keep = rng.random() < 0.5
    step = f"""
  exploded:
    from: events
    explode:
      values: |
        {values}
      as: element
      position: place_in_array
      keep_empty: {str(keep).lower()}
  counted:
    from: exploded
    aggregate:
      by: place_in_array
      window: {{tumbling: 30d}}
      select: {{n: count(*), elements: count(element)}}"""
    rows = f"events {'LEFT' if keep else ''} JOIN LATERAL {unnested}({values}) WITH ORDINALITY AS u(element, place_in_array) ON TRUE"
    element = "element::text" if "jsonb" in values else "element"
    query = f"SELECT id, {element} AS element, place_in_array FROM {rows} ORDER BY place, place_in_array"
    month = 30 * 24 * HOUR
    counts = f"SELECT place_in_array, count(*) AS n, count(element) AS elements FROM {rows} GROUP BY place_in_array, t / {month}"
    return Topology(0, [step], {"exploded": ("{from: exploded, topic: exploded}", query),
                                "counted": ("{from: counted, topic: counted, key: [place_in_array, window_start]}", counts)}, [])


def fill(rng, unit):
    by = rng.choice([["card"], ["card"], ["kind"], []])
    within, grace = rng.randint(1, 12) * unit, rng.choice([0, rng.randint(1, 5) * unit])
    constant = rng.random() < 0.5
    step = f"""
  filled:
    from: events
    fill:{by_text(by)}
      grace: {duration(grace)}
      set:
        amount: {{previous: {duration(within)}{', constant: -1' if constant else ''}}}
        {'id' if by == ['kind'] else 'kind'}: {{constant: {"no" if by == ['kind'] else 7}}}"""
    step = step.replace("constant: no", "constant: \"'no'\"")
    closed = f"t - mod(t, {within}) + {within + grace} <= watermark"
    same = "".join(f" AND p.{column} = e.{column}" for column in by)
    previous = (f"(SELECT p.amount FROM events p WHERE NOT (p.t - mod(p.t, {within}) + {within + grace} <= p.watermark){same}"
                f" AND p.place < e.place AND p.amount IS NOT NULL AND p.t <= e.t AND e.t - p.t < {within} ORDER BY p.t DESC, p.place DESC LIMIT 1)")
    kind = "kind" if by == ["kind"] else "coalesce(kind, 7) AS kind"
    query = f"SELECT id, {kind}, coalesce(amount, {previous}{', -1' if constant else ''}) AS amount FROM events e WHERE NOT {closed} ORDER BY place"
    shown = "id" if by == ["card"] else "id AS unknown"
    return Topology(0, [step], {"filled": ("{from: filled, topic: filled}", query)},
                    [("filled", f"SELECT {shown} FROM events WHERE {closed} ORDER BY place")], in_order=True)


def thinned(rng, unit):
    """Changes that go out every so often: by hand, tick by tick."""
    window = rng.choice([None, rng.randint(2, 20) * unit])
    every, grace = rng.randint(1, 6) * unit, rng.choice([0, rng.randint(1, 5) * unit])
    having, early = rng.random() < 0.5, bool(window) and rng.random() < 0.5
    step = "\n  thinned:\n    from: events\n    aggregate:\n      by: card\n"
    if window:
        step += f"      window: {{tumbling: {duration(window)}}}\n      grace: {duration(grace)}\n" + ("" if early else "      emit: changes\n")
    step += f"      {'early' if early else 'every'}: {duration(every)}\n      select: {{n: count(*), low: min(kind)}}"
    if having:
        step += "\n      having: low IS NULL OR low < 3"

    def end_of(time, length):
        return time - time % length + length

    def changes(rows):
        groups, shown, pending, found, closed = {}, {}, {}, [], set()
        behind = now = None

        def show(end, card, is_final):
            kinds = [kind for kind in groups[end, card] if kind is not None]
            result = (len(groups[end, card]), min(kinds, default=None))
            gone = having and result[1] == 3
            if gone and shown.pop((end, card), None):
                found.append({"card": card, "n": None, "low": None} | ({"is_final": None} if early else {}))
            elif not gone and (is_final or shown.get((end, card)) != result):
                shown[end, card] = result
                found.append({"card": card, "n": result[0], "low": result[1]} | ({"is_final": is_final} if early else {}))

        def tick(until):
            closes = {end + grace for end, _ in groups} - closed if early else set()
            for due in sorted(t for t in closes | set(pending) if t <= until):
                for end, card in sorted(pending.pop(due, [])):
                    show(end, card, False)
                if due in closes:
                    closed.add(due)
                    for end, card in sorted(group for group in groups if group[0] + grace == due):
                        show(end, card, True)

        for row in rows:
            now = max(now or row.time, row.time)
            end = end_of(row.time, window) if window else 0
            watermark = now - topology.disorder
            if not window or end + grace > watermark:
                groups.setdefault((end, row.card), []).append(row.kind)
                due = end_of(max(row.time, behind if behind is not None else row.time), every)
                if not early or due < end + grace:
                    pending.setdefault(min(due, end + grace) if window else due, set()).add((end, row.card))
            behind = watermark
            tick(watermark)
        tick(float("inf"))
        return found

    late = [("thinned", f"SELECT id FROM events WHERE t - mod(t, {window}) + {window + grace} <= watermark ORDER BY place")] if window else []
    key = "[card, window_start]" if window else "card"
    topology = Topology(0, [step], {"thinned": (f"{{from: thinned, topic: thinned, key: {key}}}", changes)}, late, in_order=True)
    return topology


KINDS = [split, forgetful, aggregate_of_aggregate, top, gaps, linear, join, join, over, over, sessions, counted, pattern, chain, thinned, thinned_windows, fill, explode, deduplicate, aggregate, aggregate,
         aggregate, windows_of_windows]


def stream(rng, unit, disorder, sources):
    """Events in their order but for `disorder`; some come later than that."""
    late = rng.choice([0, 0, 0.1])
    now, rows = START + rng.randint(0, 24) * HOUR, []
    for i in range(rng.choice([5, 20, 40])):
        now += rng.choice([0, 1, rng.randint(0, 3 * unit)])
        behind = rng.randint(0, disorder) if rng.random() >= late else disorder + rng.randint(0, 10 * unit)
        kind, amount = rng.choice([None, 1, 2, 3]), f"{rng.randint(-999, 9999) / 100:.2f}"
        rows.append(Row(f"r{i}", rng.choice("abc"), kind, rng.choice([None, amount, amount, amount]), now - behind,
                        sources[0] if len(sources) == 1 else rng.choice(sources)))
    return rows


def made(seed, number):
    rng = random.Random(f"{seed} {number}")
    unit = rng.choice([1000, 1000, HOUR])
    topology = rng.choice(KINDS)(rng, unit)
    topology.disorder = rng.choice([0, rng.randint(1, 8) * unit])
    rows = stream(rng, unit, topology.disorder, topology.sources)
    if topology.any_order and rng.random() < 0.5:
        rows = list({row.time: row for row in rows}.values())
    return topology, rows


# ---- what PostgreSQL says

def question(topology, rows):
    lines = ["BEGIN;", STREAM.format(disorder=topology.disorder)]
    if rows:
        lines.append(f"INSERT INTO rows VALUES {', '.join(row.sql(place) for place, row in enumerate(rows))};")
    for query in [query for _, query in topology.sinks.values()] + [query for _, query in topology.late]:
        if callable(query):
            query = f"SELECT value FROM json_array_elements('{json.dumps(query(rows))}')"
        of = "value" if query.startswith("SELECT value FROM json_array_elements") else "q"
        lines.append(f"SELECT coalesce(json_agg({of}), '[]')::jsonb #>> '{{}}' FROM ({query}) q;")
    lines.append("ROLLBACK;")
    return "\n".join(lines)


def answers(questions, environment):
    """For each question the answers to its queries, with numbers as PostgreSQL writes them."""
    done = subprocess.run(["psql", "-qAtX", "-v", "ON_ERROR_STOP=1"], input="SET timezone = 'UTC';\n" + "\n\\echo =\n".join(questions),
                          capture_output=True, text=True, env=os.environ | environment, timeout=600)
    if done.returncode != 0:
        raise SystemExit(done.stderr)
    return [[json.loads(line, parse_float=str, parse_int=str) for line in part.splitlines() if line]
            for part in done.stdout.split("=\n")]


# ---- as a file with a test

def in_another_order(topology, rows):
    """As the rows might have come, too; none: they might not, because some were late or times are equal."""
    latest = None
    for row in rows:
        latest = max(latest or row.time, row.time)
        if row.time < latest - topology.disorder:
            return None
    if not topology.any_order or len({row.time for row in rows}) < len(rows):
        return None
    rng = random.Random(len(rows))
    return sorted(rows, key=lambda row: row.time + rng.randint(0, topology.disorder))


def written(topology, rows, answer):
    def value(v):
        return "null" if v is None else json.dumps(v)

    def row(r):
        return "{" + ", ".join(f"{name}: {value(v)}" for name, v in r.items()) + "}"

    sinks = dict(zip(topology.sinks, answer))
    late = [f"        - {{step: {step}, code: late" + (f", id: {found['id']}}}" if "id" in found else "}")
            for (step, _), ids in zip(topology.late, answer[len(sinks):]) for found in ids]
    expected = [f"      {name}:" + ("".join(f"\n        - {row(r)}" for r in rows) or " []") for name, rows in sinks.items()]
    def test(name, rows):
        return [f"  - name: {name}", f"    in_order: {str(topology.in_order).lower()}", "    send:", *(r.yaml() for r in rows),
                "      - end: true", "    expect:", *expected, "      dead_letters:" + ("\n" + "\n".join(late) if late else " []")]

    others = in_another_order(topology, rows)
    return "\n".join([
        "topology: differential", "sources:", *(line for source in topology.sources for line in (
            f"  {source}:", f"    topic: {source}", "    key: card",
            f"    time: {{field: at, disorder: {duration(topology.disorder)}}}", "    fields:", "      id: text", "      card: text",
            "      kind: integer null", "      amount: numeric(12,2) null", "      at: {type: timestamptz, unit: ms}")), "steps:",
        *topology.steps, "sinks:", *(f"  {name}: {yaml}" for name, (yaml, _) in topology.sinks.items()),
        "tests:", *test("PostgreSQL's answer", rows), *(test("the same in another order", others) if others else []), ""])


def passes(program, path):
    done = subprocess.run([program, "test", str(path)], capture_output=True, text=True, timeout=600)
    return done.returncode == 0, done.stdout + done.stderr


def shrunk(topology, rows, fails):
    """Rows of which none can be left out."""
    size = max(len(rows) // 2, 1)
    while True:
        for begin in range(0, len(rows), size):
            fewer = rows[:begin] + rows[begin + size:]
            if fails(fewer):
                rows = fewer
                break
        else:
            if size == 1:
                return rows
            size //= 2


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pactolus", required=True)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--only", type=int)
    options = parser.parse_args()
    numbers = range(options.count) if options.only is None else [options.only]
    folder = pathlib.Path(tempfile.mkdtemp(prefix="pactolus-topologies-"))
    cases = {number: made(options.seed, number) for number in numbers}
    with private_postgresql.server() as environment:
        for (number, (topology, rows)), answer in zip(cases.items(), answers([question(*c) for c in cases.values()], environment)):
            (folder / f"{number}.yaml").write_text(written(topology, rows, answer))
        if passes(options.pactolus, folder)[0]:
            for path in folder.iterdir():
                path.unlink()
            folder.rmdir()
            print(f"{len(cases)} topologies agree with PostgreSQL")
            return 0
        number = next((n for n in cases if not passes(options.pactolus, folder / f"{n}.yaml")[0]), None)
        if number is None:
            raise SystemExit("all pass one by one, but not together")
        topology, rows = cases[number]
        path = folder / "shrunk.yaml"

        def fails(fewer):
            path.write_text(written(topology, fewer, answers([question(topology, fewer)], environment)[0]))
            return not passes(options.pactolus, path)[0]

        fails(shrunk(topology, rows, fails))
    print(passes(options.pactolus, path)[1])
    print(f"{sys.argv[0]} --pactolus {options.pactolus} --seed {options.seed} --only {number}: {path}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
