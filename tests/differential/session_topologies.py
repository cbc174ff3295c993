"""Random sessions, and queries that say the same."""
import datetime

from topology_parts import CALLS, FINAL_CALLS, Topology, by_text, duration, listed, select_text


def at(milliseconds):
    """As PostgreSQL puts a timestamptz into JSON."""
    return (datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc) + datetime.timedelta(milliseconds=milliseconds)).isoformat()


def slice_of(grace):
    """How long the slices of event time are in which rows wait until they can go on in order."""
    return next((length for least, length in [(6_000_000, 60_000), (1_000_000, 10_000), (100_000, 1000)] if grace >= least), 100)


def changing(name, by, window, grace, calls):
    return f"""
  {name}:
    from: events
    aggregate:{by_text(by)}
      window: {{{window}}}
      grace: {duration(grace)}
      emit: changes
      select:{select_text(calls)}"""


def query_of_changes(by, numbered, end, calls, name):
    """A row for each of `numbered`, in which the windows of a group have numbers: what the window has come to with it."""
    over = f"OVER (PARTITION BY {', '.join(by + ['number'])} ORDER BY t, place ROWS UNBOUNDED PRECEDING)"
    window = "number AS window_number, " if name == "window_number" else ""
    results = ", ".join(f"{call} {over} AS {column}" for column, call in calls.items())
    return (f"SELECT {''.join(f'{column}, ' for column in by)}{window}to_timestamp(min(t) {over} / 1000.0) AS window_start,"
            f" to_timestamp(max(t) {over} / 1000.0) + {end} AS window_end, {results} FROM ({numbered}) n ORDER BY t, place")


def sessions(rng, unit):
    """Sessions as islands between gaps; or, where they are cut, found by hand."""
    by = rng.choice([["card"], ["card"], ["card", "kind"], ["kind"], []])
    gap, grace = rng.randint(1, 8) * unit, rng.choice([0, rng.randint(1, 8) * unit])
    at_most = rng.choice([None, gap * rng.randint(1, 4) + rng.choice([0, 7])])
    calls = listed(rng.sample(FINAL_CALLS, rng.randint(1, 4)) if at_most is None else ["count(*)", "sum(kind)", "min(id)", "count(DISTINCT kind)"])
    step = f"""
  sessions:
    from: events
    aggregate:{by_text(by)}
      window: {{session: {duration(gap)}{f', at_most: {duration(at_most)}' if at_most else ''}}}
      grace: {duration(grace)}
      select:{select_text(calls)}
  longest:
    from: sessions
    aggregate:
      window: {{tumbling: {duration(20 * unit)}}}
      select: {{n: count(*), longest: max(window_end - window_start)}}"""
    part = slice_of(grace)
    closed = f"t - mod(t, {part}) + {part + grace} <= watermark"

    def cut(rows):
        open_sessions, found, watermark, on_time = {}, [], None, []
        for place, row in enumerate(rows):
            watermark = max(watermark or row.time, row.time)
            if row.time - row.time % part + part + grace > watermark - topology.disorder:
                on_time.append((row.time, place, row))
        for time, _, row in sorted(on_time, key=lambda r: r[:2]):
            key = tuple(getattr(row, column) for column in by)
            current = open_sessions.get(key)
            if not current or time >= min(current[-1].time + gap, current[0].time + at_most):
                current = open_sessions[key] = []
                found.append(current)
            current.append(row)
        return [{column: getattr(s[0], column) for column in by}
                | {"window_start": at(s[0].time), "window_end": at(min(s[-1].time + gap, s[0].time + at_most)), "v0": len(s)}
                | {"v1": sum(r.kind for r in s if r.kind) if any(r.kind for r in s) else None, "v2": min(r.id for r in s),
                   "v3": len({r.kind for r in s if r.kind})} for s in found]

    ordered = f"OVER (PARTITION BY {', '.join(by or ['NULL'])} ORDER BY t, place)"
    results = [f"{call} AS {name}" for name, call in calls.items()]
    islands = (f"SELECT {''.join(f'{column}, ' for column in by)}min(t) AS start, max(t) + {gap} AS stop, {', '.join(results)} FROM"
               f" (SELECT *, count(*) FILTER (WHERE begins) {ordered} AS session FROM (SELECT *, t - lag(t) {ordered} >= {gap} AS begins"
               f" FROM events WHERE NOT {closed}) g) s GROUP BY {', '.join(by + ['session'])}")
    query = (f"SELECT {''.join(f'{column}, ' for column in by)}to_timestamp(start / 1000.0) AS window_start,"
             f" to_timestamp(stop / 1000.0) AS window_end, {', '.join(calls)} FROM ({islands}) i")
    length = 20 * unit
    longest = (f"SELECT to_timestamp((stop - 1) / {length} * {length} / 1000.0) AS window_start, count(*) AS n,"
               f" max(stop - start) * interval '1 ms' AS longest FROM ({islands}) i GROUP BY (stop - 1) / {length}")
    sinks = {"sessions": (f"{{from: sessions, topic: sessions, key: [{', '.join(by + ['window_start'])}]}}", query if at_most is None else cut)}
    if at_most is None:
        sinks["longest"] = ("{from: longest, topic: longest, key: window_start}", longest)
    else:
        step = step[:step.index("\n  longest:")]
    changes = at_most is None and rng.random() < 0.4
    if changes:
        calls = listed(["count(*)"] + rng.sample(CALLS, rng.randint(1, 3)))
        key = f"{{from: sessions, topic: sessions, key: [{', '.join(by + ['window_start'])}]}}"
        step = changing("sessions", by, f"session: {duration(gap)}", grace, calls)
        numbered = (f"SELECT *, count(*) FILTER (WHERE begins) {ordered} AS number FROM (SELECT *, t - lag(t) {ordered} >= {gap} AS begins"
                    f" FROM events WHERE NOT {closed}) g")
        sinks = {"sessions": (key, query_of_changes(by, numbered, f"interval '{gap} ms'", calls, "window_start"))}
    shown = "id" if "card" in by or any("(id" in call for call in calls.values()) else "id AS unknown"
    topology = Topology(0, [step], sinks, [("sessions", f"SELECT {shown} FROM events WHERE {closed} ORDER BY place")], in_order=changes,
                        any_order=not changes)
    return topology


def counted(rng, unit):
    """Windows of so many rows of a group."""
    by = rng.choice([["card"], ["card"], ["kind"], []])
    rows, grace = rng.randint(1, 6), rng.choice([0, rng.randint(1, 8) * unit])
    calls = listed(rng.sample(FINAL_CALLS, rng.randint(1, 4)))
    step = f"""
  counted:
    from: events
    aggregate:{by_text(by)}
      window: {{rows: {rows}}}
      grace: {duration(grace)}
      select:{select_text(calls)}"""
    part = slice_of(grace)
    closed = f"t - mod(t, {part}) + {part + grace} <= watermark"
    group = "".join(f"{column}, " for column in by)
    results = ", ".join(f"{call} AS {name}" for name, call in calls.items())
    query = (f"SELECT {group}number AS window_number, to_timestamp(min(t) / 1000.0) AS window_start,"
             f" to_timestamp(max(t) / 1000.0) + interval '1 microsecond' AS window_end, {results} FROM"
             f" (SELECT *, (row_number() OVER (PARTITION BY {', '.join(by or ['NULL'])} ORDER BY t, place) - 1) / {rows} + 1 AS number"
             f" FROM events WHERE NOT {closed}) n GROUP BY {group}number HAVING count(*) = {rows}")
    changes = rng.random() < 0.4
    if changes:
        calls = listed(["count(*)"] + rng.sample(CALLS, rng.randint(1, 3)))
        step = changing("counted", by, f"rows: {rows}", grace, calls)
        numbered = (f"SELECT *, (row_number() OVER (PARTITION BY {', '.join(by or ['NULL'])} ORDER BY t, place) - 1) / {rows} + 1 AS number"
                    f" FROM events WHERE NOT {closed}")
        query = query_of_changes(by, numbered, "interval '1 microsecond'", calls, "window_number")
    shown = "id" if "card" in by or any("(id" in call for call in calls.values()) else "id AS unknown"
    return Topology(0, [step], {"counted": (f"{{from: counted, topic: counted, key: [{', '.join(by + ['window_number'])}]}}", query)},
                    [("counted", f"SELECT {shown} FROM events WHERE {closed} ORDER BY place")], in_order=changes, any_order=not changes)
