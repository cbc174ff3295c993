"""Random patterns, and what they find by trying each row as the first one of a match."""
import dataclasses
from collections.abc import Callable
from decimal import Decimal

from session_topologies import at, slice_of
from topology_parts import Topology, by_text, duration

# Conditions of a row: as they are written, and in Python.
OF_ROW = [("kind = 1", lambda row: row.kind == 1), ("kind IN (1, 2)", lambda row: row.kind in (1, 2)), ("kind IS NULL", lambda row: row.kind is None),
          ("amount < 40", lambda row: amount(row) is not None and amount(row) < 40),
          ("kind >= 2 OR amount > 0", lambda row: (row.kind or 0) >= 2 or (amount(row) or 0) > 0), ("TRUE", lambda row: True)]


def amount(row):
    return None if row.amount is None else Decimal(row.amount)


def amounts(rows):
    return [amount(row) for row in rows if row.amount is not None]


@dataclasses.dataclass
class Stage:
    name: str
    text: str
    holds: Callable  # of a row, and the rows of each stage so far
    least: int = 1
    most: int = 1
    absent: bool = False

    def yaml(self):
        times = "absent: true" if self.absent else f"times: {self.least}"
        if self.least < self.most:
            times = f"times: {{at_least: {self.least}{f', at_most: {self.most}' if self.most < 1000 else ''}}}"
        return f"\n        - {self.name}:\n            {times}\n            when: {self.text}"


def condition(rng, name, before, absent):
    """Of a stage behind those of `before`; some look at the rows that these have taken."""
    text, of_row = rng.choice(OF_ROW)
    looks = []
    for stage in before:
        looks += [(f"amount > max({stage.name}.amount)",
                   lambda row, taken, s=stage.name: None not in (amount(row), max(amounts(taken[s]), default=None)) and amount(row) > max(amounts(taken[s]))),
                  (f"kind = count({stage.name}.*)", lambda row, taken, s=stage.name: row.kind == len(taken[s])),
                  (f"kind IS DISTINCT FROM first_value({stage.name}.kind)", lambda row, taken, s=stage.name: row.kind != taken[s][0].kind)]
        if stage.most == 1:
            looks += [(f"{name}.id > {stage.name}.id", lambda row, taken, s=stage.name: row.id > taken[s][0].id)]
    if not absent:
        looks += [(f"amount > COALESCE(last_value({name}.amount), -1000)",
                   lambda row, taken: amount(row) is not None and amount(row) > (amounts(taken[name][-1:]) or [-1000])[0])]
    if not looks or rng.random() < 0.5:
        return text, lambda row, taken: of_row(row)
    more, look = rng.choice(looks)
    return f"({text}) AND {more}", lambda row, taken: of_row(row) and look(row, taken)


def sequence(rng, consecutive):
    stages, count = [], rng.randint(1, 4)
    for i in range(count):
        absent = i > 0 and not consecutive and rng.random() < 0.3
        stage = Stage(f"s{i}", *condition(rng, f"s{i}", [s for s in stages if not s.absent], absent), absent=absent)
        if not absent:
            stage.least = rng.choice([1, 1, 2, 3])
            stage.most = rng.choice([stage.least, stage.least, stage.least, stage.least + 2, 1000])
        stages.append(stage)
    if not stages[-1].absent and stages[-1].most < 1000:
        stages[-1].most = stages[-1].least
    return stages


def match_from(rows, first, stages, within, consecutive):
    """The rows of each stage in the match that begins with rows[first], and the place behind which it is complete; None: it never is."""
    taking = [i for i, stage in enumerate(stages) if not stage.absent]
    taken = {stage.name: [] for stage in stages}
    if not stages[0].holds(rows[first], taken):
        return None
    taken[stages[0].name].append(rows[first])
    now = 0  # in `taking`
    for place in range(first, len(rows) + 1):
        stage, enough = stages[taking[now]], len(taken[stages[taking[now]].name]) >= stages[taking[now]].least
        following = taking[now + 1] if now + 1 < len(taking) else len(stages)
        if enough and following == len(stages) and not stages[-1].absent:
            return taken, place
        if place + 1 >= len(rows) or rows[place + 1].time > rows[first].time + within:
            return (taken, place + 1) if enough and following == len(stages) else None
        row = rows[place + 1]
        if enough and any(stages[i].holds(row, taken) for i in range(taking[now] + 1, following)):
            return None
        if enough and following < len(stages) and stages[following].holds(row, taken):
            now += 1
            taken[stages[following].name].append(row)
        elif len(taken[stage.name]) < stage.most and stage.holds(row, taken):
            taken[stage.name].append(row)
        elif consecutive:
            return None
    return None


def pattern(rng, unit):
    by = rng.choice([["card"], ["card"], ["card", "kind"], ["kind"], []])
    skips_nulls, skips_past, consecutive = rng.random() < 0.5, rng.random() < 0.5, rng.random() < 0.4
    within, grace = rng.randint(3, 60) * unit, rng.choice([0, rng.randint(1, 8) * unit])
    stages = sequence(rng, consecutive)
    columns = {}
    for i, stage in enumerate(s for s in stages if not s.absent):
        columns[f"ids{i}"] = (f"string_agg({stage.name}.id, ',')", lambda taken, s=stage: ",".join(row.id for row in taken[s.name]))
        columns[f"total{i}"] = (f"sum({stage.name}.amount)",
                                lambda taken, s=stage: str(sum(amounts(taken[s.name]))) if amounts(taken[s.name]) else None)
        if stage.most == 1:
            columns[f"kind{i}"] = (f"{stage.name}.kind", lambda taken, s=stage: taken[s.name][0].kind)
    columns["at_time"] = ("event_time()", None)
    step = f"""
  found:
    from: events
    pattern:{by_text(by)}
      null_key: {'skip' if skips_nulls else 'group'}
      within: {duration(within)}
      between: {'none' if consecutive else 'any'}
      after_match: {'skip_past_last' if skips_past else 'next_row'}
      grace: {duration(grace)}
      sequence:{''.join(stage.yaml() for stage in stages)}
      select:""" + "".join(f"\n        {name}: {text}" for name, (text, _) in columns.items())
    part = slice_of(grace)

    def is_skipped(row):
        return skips_nulls and any(getattr(row, column) is None for column in by)

    def found(rows):
        groups, watermark = {}, None
        for place, row in enumerate(rows):
            watermark = max(watermark or row.time, row.time)
            if row.time - row.time % part + part + grace > watermark - topology.disorder and not is_skipped(row):
                groups.setdefault(tuple(getattr(row, column) for column in by), []).append((row.time, place, row))
        results = []
        for group in groups.values():
            ordered = [row for _, _, row in sorted(group, key=lambda r: r[:2])]
            matches = [(match[1], first, match[0]) for first in range(len(ordered))
                       if (match := match_from(ordered, first, stages, within, consecutive))]
            last = -1
            for _, first, taken in sorted(matches, key=lambda match: match[:2]):
                if skips_past and first <= last:
                    continue
                events = [row for rows_of_stage in taken.values() for row in rows_of_stage]
                last = max(next(i for i, row in enumerate(ordered) if row is event) for event in events)
                time = ordered[first].time + within if stages[-1].absent else events[-1].time
                results.append({column: getattr(ordered[first], column) for column in by}
                               | {name: at(time) if value is None else value(taken) for name, (_, value) in columns.items()})
        return results

    closed = f"t - mod(t, {part}) + {part + grace} <= watermark"
    known = "".join(f" AND {column} IS NOT NULL" for column in by) if skips_nulls else ""
    topology = Topology(0, [step], {"found": ("{from: found, topic: found}", found)},
                        [("found", f"SELECT id FROM events WHERE {closed}{known} ORDER BY place")], any_order=True)
    return topology


def chain(rng, unit):
    """Stages of one row each, as a query: each row's next one that fits, and no row that must be absent before that."""
    by, within, grace = rng.choice([["card"], ["card"], ["kind"], []]), rng.randint(3, 60) * unit, rng.choice([0, rng.randint(1, 8) * unit])
    part = slice_of(grace)
    looks = ["{0}.kind = 1", "{0}.kind IS NOT NULL", "{0}.amount > {1}.amount", "{0}.amount < {1}.amount / 2", "{0}.kind <> {1}.kind",
             "{0}.kind = {1}.kind AND {0}.amount > 20", "{0}.at - {1}.at > interval '%d ms'" % (2 * unit)]
    stages, taken, tables, wanted = [], [], [], ["TRUE"]

    def rows_behind(name, first, last):
        same = "".join(f" AND {name}.{column} IS NOT DISTINCT FROM {first}.{column}" for column in by)
        return (f"events {name} WHERE NOT ({closed(name)}){same} AND ({name}.t, {name}.place) > ({last}.t, {last}.place)"
                f" AND {name}.t <= {first}.t + {within}")

    def closed(name):
        return f"{name}.t - mod({name}.t, {part}) + {part + grace} <= {name}.watermark"

    must_not_come = []
    for i in range(rng.randint(2, 5)):
        name, absent = f"s{i}", i > 0 and rng.random() < 0.3
        when = rng.choice(looks[:2] if not taken else looks).format(name, rng.choice(taken or [name]))
        stages.append(f"\n        - {name}:\n            {'absent: true' if absent else 'times: 1'}\n            when: {when}")
        if absent:
            must_not_come.append((name, f"{rows_behind(name, taken[0], taken[-1])} AND {when}"))
            continue
        if taken:
            tables.append(f"LATERAL (SELECT * FROM {rows_behind(name, taken[0], taken[-1])} AND {when} ORDER BY t, place LIMIT 1) {name}")
            wanted += [f"NOT EXISTS (SELECT FROM {rows} AND ({other}.t, {other}.place) <= ({name}.t, {name}.place))" for other, rows in must_not_come]
        else:
            tables.append(f"events {name}")
            wanted += [when, f"NOT ({closed(name)})"]
        taken.append(name)
        must_not_come = []
    wanted += [f"NOT EXISTS (SELECT FROM {rows})" for _, rows in must_not_come]
    step = f"""
  found:
    from: events
    pattern:{by_text(by)}
      within: {duration(within)}
      after_match: next_row
      grace: {duration(grace)}
      sequence:{''.join(stages)}
      select:
        at_time: event_time()""" + "".join(f"\n        id_{name}: {name}.id" for name in taken)
    ends = f"{taken[0]}.t + {within}" if must_not_come else f"{taken[-1]}.t"
    group = "".join(f"{taken[0]}.{column}, " for column in by)
    query = (f"SELECT {group}to_timestamp(({ends}) / 1000.0) AS at_time, {', '.join(f'{name}.id AS id_{name}' for name in taken)}"
             f" FROM {', '.join(tables)} WHERE {' AND '.join(wanted)}")
    return Topology(0, [step], {"found": ("{from: found, topic: found}", query)},
                    [("found", f"SELECT id FROM events e WHERE {closed('e')} ORDER BY place")], any_order=True)
