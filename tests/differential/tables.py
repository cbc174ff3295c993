"""Random steps over changing tables, and queries of what these come to in the end: ticks so far apart that only the last
result of each group goes out."""
from topology_parts import Topology, by_text, duration, select_text

LAST_ALONE = "3000d"  # a multiple of it is years away
BALANCES = """
  balances:
    from: events
    aggregate:
      by: card
      select: {n: count(*), total: sum(amount), kind: "coalesce(min(kind), 0)"}"""
BALANCES_QUERY = "SELECT card, count(*) AS n, sum(amount) AS total, coalesce(min(kind), 0) AS kind FROM events GROUP BY card"
TABLE_CALLS = ["count(*)", "count(total)", "sum(total)", "avg(total)", "min(total)", "max(n)", "min(card)", "count(DISTINCT total)",
               "sum(n) FILTER (WHERE total > 20)", "bool_or(n > 3)", "percentile_disc(0.5) WITHIN GROUP (ORDER BY total)",
               "var_samp(n)"]


def aggregate_of_aggregate(rng, _):
    """Balances by card, some of them, added up by what else they are."""
    by = rng.choice([["kind"], ["kind"], ["kind", "n"], []])
    kept = rng.choice(["TRUE", "n > 2", "total > 0", "n % 2 = 0", "n % 3 <> 1 AND kind < 3"]) if by else "TRUE"
    calls = {f"v{i}": call for i, call in enumerate(rng.sample(TABLE_CALLS, rng.randint(1, 5)))}
    having = rng.choice(["", "", "v0 IS NOT NULL"]) if by else ""
    steps = [BALANCES, f"\n  kept:\n    from: balances\n    filter: {kept}", f"""
  groups:
    from: kept
    aggregate:{by_text(by)}
      every: {LAST_ALONE}
      select:{select_text(calls)}"""]
    if having:
        steps[-1] += f"\n      having: {having}"
    columns = by + [f"{call} AS {name}" for name, call in calls.items()]
    grouped = f" GROUP BY {', '.join(by)}" if by else ""
    query = f"SELECT * FROM (SELECT {', '.join(columns)} FROM ({BALANCES_QUERY}) b WHERE {kept}{grouped}) q"
    query += f" WHERE {having}" if having else ""
    key = f", key: [{', '.join(by)}]" if by else ""
    return Topology(0, steps, {"groups": (f"{{from: groups, topic: groups{key}}}", query)}, [])


def top(rng, _):
    """The first rows of each group: of a stream, or of a table whose rows come and go."""
    limit, of_table = rng.randint(1, 4), rng.random() < 0.6
    descending, nulls = rng.choice(["", " DESC"]), rng.choice(["", " NULLS FIRST", " NULLS LAST"])
    ranked = rng.random() < 0.5 or not of_table
    by = rng.choice(["kind", "kind", None]) if of_table else rng.choice(["card", "card", None])
    order = f"{'total' if of_table else 'amount'}{descending}{nulls}"
    of = f"by: {by}, " if by else ""
    steps = ([BALANCES] if of_table else []) + [f"""
  first:
    from: {'balances' if of_table else 'events'}
    top: {{{of}order: {order}, limit: {limit}{', rank: place_in_group' if ranked else ''}}}"""]
    values = "n, total" if of_table else "amount, id"
    shown = "card, kind, n, total" if of_table else "card, id, amount"
    group = ([by] if by else []) + ["place_in_group"] if ranked else ["card"]
    selected = {name: f"min({name})" for name in values.split(", ")}
    steps.append(f"""
  shown:
    from: first
    aggregate:
      by: [{', '.join(group)}]
      every: {LAST_ALONE}
      select:{select_text(selected)}""")
    rows = f"({BALANCES_QUERY}) b" if of_table else "events"
    tie = "card" if of_table else "place"
    partition = f"PARTITION BY {by} " if by else ""
    numbered = f"SELECT {shown}, row_number() OVER ({partition}ORDER BY {order}, {tie}) AS place_in_group FROM {rows}"
    query = f"SELECT {', '.join(group)}, {values} FROM ({numbered}) r WHERE place_in_group <= {limit}"
    return Topology(0, steps, {"shown": (f"{{from: shown, topic: shown, key: [{', '.join(group)}]}}", query)}, [])


def forgetful(rng, unit):
    """A running table that forgets groups: by hand."""
    ttl = rng.randint(1, 30) * unit
    part = max(ttl * 1000 // 64, 1000)  # µs
    step = f"\n  balances:\n    from: events\n    aggregate: {{by: card, ttl: {duration(ttl)}, select: {{n: count(*), high: max(kind)}}}}"

    def expiry(time):
        return ((time + ttl) * 1000 // part + 1) * part

    def changes(rows):
        groups, found, now = {}, [], None

        def forget(until):
            for due, card in sorted((expiry(max(row.time for row in group)), card) for card, group in groups.items()):
                if due <= until:
                    del groups[card]
                    found.append({"card": card, "n": None, "high": None})

        for row in rows:
            now = max(now or row.time, row.time)
            watermark = (now - topology.disorder) * 1000
            if expiry(row.time) > watermark:
                group = groups.setdefault(row.card, [])
                group.append(row)
                found.append({"card": row.card, "n": len(group), "high": max((r.kind for r in group if r.kind), default=None)})
            forget(watermark)
        forget(float("inf"))
        return found

    late = f"SELECT id FROM events WHERE ((t + {ttl}) * 1000 / {part} + 1) * {part} <= watermark * 1000 ORDER BY place"
    topology = Topology(0, [step], {"balances": ("{from: balances, topic: balances, key: card}", changes)}, [("balances", late)], in_order=True)
    return topology
