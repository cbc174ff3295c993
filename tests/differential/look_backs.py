"""Random steps that look back at events, and queries that say the same."""
from topology_parts import CALLS, Topology, by_text, duration

LOOK_BACK_CALLS = [(call, call) for call in CALLS + ["count(DISTINCT amount)", "sum(DISTINCT kind)", "percentile_disc(0.5) WITHIN GROUP (ORDER BY amount)",
                                                      "bool_or(kind = 2)", "string_agg(id, ',' ORDER BY amount DESC, id)"]] + [
    ("string_agg(id, ',')", "string_agg(id, ',' ORDER BY t, place)"), ("last_value(kind)", "(array_agg(kind ORDER BY t DESC, place DESC))[1]"),
    ("first_value(amount)", "(array_agg(amount ORDER BY t, place))[1]"), ("string_agg(DISTINCT card, ',' ORDER BY card)", "string_agg(DISTINCT card, ',' ORDER BY card)")]
FOR_EVER = [call for call in LOOK_BACK_CALLS if "DISTINCT card" not in call[0] and "ORDER BY amount DESC" not in call[0]]


def over(rng, unit):
    """What rows see of those of their group that came before them."""
    by, alone = rng.choice([["card"], ["card"], ["kind"], ["card", "kind"], []]), rng.random() < 0.5
    in_time_order = rng.random() < 0.4
    order = "t, place" if in_time_order else "place"
    earlier = "(p.t, p.place) < (e.t, e.place)" if in_time_order else "p.place < e.place AND p.t <= e.t"
    grace = rng.choice([0, 0, rng.randint(1, 5) * unit])
    windows, added, shown, longest = [], {}, [], 0
    same = "".join(f" AND p.{column} IS NOT DISTINCT FROM e.{column}" for column in by)
    if alone and "kind" in by:
        same += " AND (p.kind IS NOT NULL OR p.place = e.place)"
    for i in range(rng.randint(1, 4)):
        current = rng.random() < 0.6
        rows = f"events p WHERE NOT ({{closed}}){same} AND ({earlier}{' OR p.place = e.place' if current else ''})"
        calls, reach, sure = LOOK_BACK_CALLS, rng.choice(["time", "time", "rows", "unbounded"]), "TRUE"
        if reach == "time":
            length = rng.randint(1, 12) * unit
            longest = max(longest, length)
            last, rows = duration(length), rows + f" AND p.t > e.t - {length}"
            sure = f"e.t - {length} >= (SELECT t FROM events f WHERE NOT ({{late}}) ORDER BY {order} LIMIT 1)"
        elif reach == "rows":
            count = rng.randint(1, 5)
            last, rows = f"{count} rows", f"(SELECT * FROM {rows} ORDER BY p.t DESC, p.place DESC LIMIT {count}) p"
            sure = f"(SELECT count(*) FROM {rows}) = {count}"
        else:
            last, calls = "unbounded", FOR_EVER
        windows.append(f"\n        w{i}: {{last: {last}{'' if current else ', exclude: current'}}}")
        lag = "(array_agg(kind ORDER BY t DESC, place DESC))[%d]" % (2 if current else 1)
        for ours, theirs in rng.sample(calls, rng.randint(1, 3)) + [("lag(kind)", lag)] * (reach == "rows"):
            call, name = f"{ours} OVER w{i}", f"v{len(added)}"
            added[name] = call
            shown.append(f"(SELECT {theirs} FROM {rows}) AS {name}")
        if reach == "rows" or not by:  # else it depends on which rows are in a partition
            added[f"sure{i}"] = f"complete(w{i})"
            shown.append(f"{sure} AS sure{i}")
    segment = longest // 4 or 60_000
    if " rows" in "".join(windows):
        segment = max(segment, grace // 4)
    step = (f"\n  seen:\n    from: events\n    over:{by_text(by)}\n      grace: {duration(grace)}\n      null_key: {'alone' if alone else 'group'}"
            f"\n      emit: {'on_watermark' if in_time_order else 'on_arrival'}"
            f"\n      windows:{''.join(windows)}\n      add:" + "".join(f"\n        {name}: |\n          {call}" for name, call in added.items()))

    def closed(of):
        if in_time_order:
            slice_length = 100
            while grace >= 1000 * slice_length and grace < 6_000_000:
                slice_length *= 10
            slice_length = 60_000 if grace >= 6_000_000 else slice_length
            return f"{of}.t - mod({of}.t, {slice_length}) + {slice_length + grace} <= {of}.watermark"
        late = f"{of}.t - mod({of}.t, {segment}) + {segment + grace} <= {of}.watermark"
        return f"{late} AND {of}.kind IS NOT NULL" if alone and "kind" in by else late

    values = ", ".join(shown).format(closed=closed("p"), late=closed("f"))
    query = f"SELECT id, {values} FROM events e WHERE NOT ({closed('e')}) ORDER BY {order}"
    late = f"SELECT id FROM events e WHERE {closed('e')} ORDER BY place"
    return Topology(0, [step], {"seen": ("{from: seen, topic: seen}", query)}, [("seen", late)], in_order=True, any_order=in_time_order)
