"""Random steps that fill NULLs from the line between their neighbours or add missing rows, and what says the same."""
import datetime

from topology_parts import Topology, by_text, duration


def slice_of(grace):
    """How long the slices are in which rows wait for their time (operators/time_order)."""
    length = 100
    while grace >= 1000 * length and grace < 6_000_000:
        length *= 10
    return 60_000 if grace >= 6_000_000 else length


def linear(rng, unit):
    by = rng.choice([["card"], ["card"], ["kind"], []])
    longest, grace = rng.randint(1, 12) * unit, rng.choice([0, rng.randint(1, 5) * unit])
    constant = rng.random() < 0.5
    step = f"""
  filled:
    from: events
    fill:{by_text(by)}
      grace: {duration(grace)}
      set:
        amount: {{linear: {duration(longest)}{', constant: -1' if constant else ''}}}"""
    slice_length = slice_of(grace + longest)
    closed = f"{{0}}.t - mod({{0}}.t, {slice_length}) + {slice_length + grace} <= {{0}}.watermark"
    same = "".join(f" AND o.{column} = e.{column}" for column in by)
    others = f"FROM events o WHERE NOT ({closed.format('o')}){same} AND o.amount IS NOT NULL"
    query = (f"SELECT id, coalesce(amount, CASE WHEN b.t = e.t THEN b.v WHEN a.t - b.t <= {longest}"
             " THEN (b.v + (a.v - b.v) * ((e.t - b.t) * 1000) / ((a.t - b.t) * 1000))::numeric(12,2) END"
             f"{', -1' if constant else ''}) AS amount FROM events e"
             f" LEFT JOIN LATERAL (SELECT o.t, o.amount AS v {others} AND o.t <= e.t ORDER BY o.t DESC, o.place DESC LIMIT 1) b ON TRUE"
             f" LEFT JOIN LATERAL (SELECT o.t, o.amount AS v {others} AND o.t > e.t ORDER BY o.t, o.place LIMIT 1) a ON TRUE"
             f" WHERE NOT ({closed.format('e')}) ORDER BY e.t, place")
    return Topology(0, [step], {"filled": ("{from: filled, topic: filled}", query)},
                    [("filled", f"SELECT id FROM events e WHERE {closed.format('e')} ORDER BY place")], in_order=True, any_order=True)


def shown(milliseconds):
    return datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.timezone.utc).isoformat(timespec="milliseconds")


def gaps(rng, unit):
    by = rng.choice([["card"], ["card"], ["kind"], []])
    every, grace = rng.randint(1, 3) * unit, rng.choice([0, rng.randint(1, 5) * unit])
    within = every * rng.randint(1, 12) + rng.choice([0, 7])
    step = f"""
  completed:
    from: events
    gap_fill:{by_text(by)}
      time: at
      every: {duration(every)}
      within: {duration(within)}
      grace: {duration(grace)}"""
    slice_length = slice_of(grace)

    def closed(row, watermark):
        return row.time - row.time % slice_length + slice_length + grace <= watermark - topology.disorder

    def completed(rows):
        on_time, watermark = [], None
        for place, row in enumerate(rows):
            watermark = max(watermark or row.time, row.time)
            if not closed(row, watermark):
                on_time.append((row.time, place, row))
        found, last = [], {}
        for time, _, row in sorted(on_time):
            group = tuple(getattr(row, column) for column in by)
            now = time - time % every
            before, seen = last.get(group, (None, None))
            if before is not None and time - time % within - (seen - seen % within) > within:
                before = None  # forgotten
            if before is not None and now - before <= within:
                for missing in range(before + every, now, every):
                    found.append({"id": None, "at": shown(missing)} | {column: getattr(row, column) for column in by})
            if before is None or now > before:
                last[group] = (now, time)
            found.append({"id": row.id, "at": shown(time)} | {column: getattr(row, column) for column in by})
        return found

    late = f"t - mod(t, {slice_length}) + {slice_length + grace} <= watermark"
    topology = Topology(0, [step], {"completed": ("{from: completed, topic: completed}", completed)},
                        [("completed", f"SELECT id FROM events WHERE {late} ORDER BY place")], in_order=True, any_order=True)
    return topology
