"""Random joins of two streams, and queries that say the same."""
from topology_parts import Topology, duration


def join(rng, unit):
    """Rows of two streams within an interval, and what windows make of the results."""
    by, kind = rng.choice([["card"], ["card", "kind"], ["kind"]]), rng.choice(["inner", "left", "right", "full"])
    before, after = (rng.choice([0, rng.randint(1, 12) * unit]) for _ in range(2))
    grace, window = rng.choice([0, 0, rng.randint(1, 5) * unit]), rng.randint(1, 12) * unit
    equal = " AND ".join(f"events.{column} = o.{column}" for column in by)
    step = f"""
  joined:
    from: events
    join:
      stream: others
      as: o
      kind: {kind}
      within: {{before: {duration(before)}, after: {duration(after)}}}
      match: {equal}
      grace: {duration(grace)}
      select:
        left_id: events.id
        right_id: o.id
        amount: |
          coalesce(events.amount, o.amount)
        kinds: events.kind + o.kind
        at: event_time()
  counted:
    from: joined
    aggregate:
      window: {{tumbling: {duration(window)}}}
      select: {{n: count(*), amount: sum(amount), pairs: count(left_id || right_id)}}"""
    in_time = f"WHERE NOT (t + {grace} < watermark)"
    condition = f"{equal} AND o.t BETWEEN events.t - {before} AND events.t + {after}"
    sides = f"(SELECT * FROM events {in_time}) events {{}} JOIN (SELECT * FROM others {in_time}) o ON {condition}"
    columns = ("events.id AS left_id, o.id AS right_id, coalesce(events.amount, o.amount) AS amount, events.kind + o.kind AS kinds,"
               " greatest(events.t, o.t) AS t")
    rows = f"SELECT {columns} FROM {sides.format('LEFT' if kind == 'full' else kind)}"
    if kind == "full":
        rows += f" UNION ALL SELECT {columns} FROM {sides.format('RIGHT')} WHERE events.id IS NULL"
    query = f"SELECT left_id, right_id, amount, kinds, to_timestamp(t / 1000.0) AS at FROM ({rows}) r"
    counts = (f"SELECT to_timestamp((t - mod(t, {window})) / 1000.0) AS window_start, count(*) AS n, sum(amount) AS amount,"
              f" count(left_id || right_id) AS pairs FROM ({rows}) r GROUP BY t - mod(t, {window})")
    shown = "id" if "card" in by else "id AS unknown"
    late = [("joined", f"SELECT {shown} FROM {source} WHERE t + {grace} < watermark") for source in ("events", "others")]
    return Topology(0, [step], {"joined": ("{from: joined, topic: joined}", query),
                                "counted": ("{from: counted, topic: counted, key: window_start}", counts)}, late,
                    any_order=True, sources=("events", "others"))
