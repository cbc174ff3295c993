"""Random sessions and windows of rows whose changes go out every so often: by hand, from one due time to the next."""
from session_topologies import at, slice_of
from topology_parts import Topology, by_text, duration


def thinned_windows(rng, unit):
    by, early, having = rng.choice([["card"], ["card"], []]), rng.random() < 0.5, rng.random() < 0.5
    gap, size = rng.randint(1, 8) * unit, rng.choice([None, None, rng.randint(1, 5)])
    at_most = rng.choice([None, gap * rng.randint(1, 4) + rng.choice([0, 7])])
    grace, every = rng.choice([0, rng.randint(1, 8) * unit]), rng.choice([rng.randint(1, 12) * unit, rng.randint(1, 3000)])
    part = slice_of(grace)
    window = f"rows: {size}" if size else f"session: {duration(gap)}" + (f", at_most: {duration(at_most)}" if at_most else "")
    step = f"""
  thinned:
    from: events
    aggregate:{by_text(by)}
      window: {{{window}}}
      grace: {duration(grace)}
      {f'early: {duration(every)}' if early else f'emit: changes{chr(10)}      every: {duration(every)}'}
      select: {{n: count(*), low: min(kind)}}"""
    if having:
        step += "\n      having: low IS NULL OR low < 3"

    def slices_of(rows):
        """Those in time, by when they are due."""
        slices, watermark = {}, None
        for place, row in enumerate(rows):
            watermark = max(watermark or row.time, row.time)
            due = row.time - row.time % part + part + grace
            if due > watermark - topology.disorder:
                slices.setdefault(due, []).append((row.time, place, row))
        return slices

    def end_of(rows):
        if size:
            return rows[-1].time + 0.001
        return min(rows[-1].time + gap, rows[0].time + (at_most or 10**15))

    def goes_on(rows, time):
        return len(rows) < size if size else time < end_of(rows)

    def changes(rows):
        slices, windows, last, shown, pending, found = slices_of(rows), {}, {}, {}, set(), []

        def show(key, is_final):
            group, start = key
            kinds = [row.kind for row in windows[key] if row.kind]
            result = {"window_end": at(end_of(windows[key])), "n": len(windows[key]), "low": min(kinds, default=None)}
            result |= {"is_final": is_final} if early else {}
            named = ({"card": group} if by else {}) | ({"window_number": start} if size else {"window_start": at(start)})
            if having and result["low"] == 3:
                if shown.pop(key, None):
                    found.append(named | dict.fromkeys(result))
            elif shown.get(key) != result:
                shown[key] = result
                found.append(named | result)

        def end(key):
            if early or key in pending:
                show(key, early)
            pending.discard(key)
            shown.pop(key, None)
            del windows[key]

        def take(row):
            group = row.card if by else ""
            key = last.get(group)
            if key not in windows or not goes_on(windows[key], row.time):
                key = last[group] = (group, (key[1] + 1 if key else 1) if size else row.time)
            windows.setdefault(key, []).append(row)
            pending.add(key)
            return key

        tick = None
        while True:
            ends = {} if size else {key: -(-end_of(window) // part) * part + grace for key, window in windows.items()}
            due = min([*slices, *ends.values(), *([tick] if pending else [])], default=None)
            if due is None:
                return found
            if due in slices:
                taken = [take(row) for _, _, row in sorted(slices.pop(due))]
                for key in reversed(dict.fromkeys(reversed(taken))):  # in the order of their last rows
                    if len(windows[key]) == size:
                        end(key)
                tick = -(-due // every) * every
            elif due in ends.values():
                for key in sorted(key for key in ends if ends[key] == due):
                    end(key)
            else:
                for key in sorted(pending):
                    show(key, False)
                pending.clear()

    closed = f"t - mod(t, {part}) + {part + grace} <= watermark"
    late = f"SELECT {'id' if by else 'id AS unknown'} FROM events WHERE {closed} ORDER BY place"
    key = f"[{', '.join(by + ['window_number' if size else 'window_start'])}]"
    topology = Topology(0, [step], {"thinned": (f"{{from: thinned, topic: thinned, key: {key}}}", changes)}, [("thinned", late)],
                        in_order=True, any_order=True)
    return topology
