"""Random steps that fill NULLs from the line between their neighbours, and queries that say the same."""
from topology_parts import Topology, by_text, duration


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
    waits = grace + longest
    slice_length = 100
    while waits >= 1000 * slice_length and waits < 6_000_000:
        slice_length *= 10
    slice_length = 60_000 if waits >= 6_000_000 else slice_length
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
