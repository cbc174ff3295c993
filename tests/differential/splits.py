"""Random steps with several outputs, and queries of what these come to."""
from tables import BALANCES, BALANCES_QUERY, LAST_ALONE
from topology_parts import Topology

CONDITIONS = ["amount > 20", "kind = 2", "kind <> 1", "amount IS NULL", "card = 'a' OR kind = 3", "amount < 0 OR amount > 50"]
TABLE_CONDITIONS = ["total > 20", "n > 3", "n % 2 = 0", "kind <> 1", "card = 'a'", "total IS NULL"]


def split(rng, _):
    """Of a stream, or of a table whose rows go from one output to another."""
    of_table = rng.random() < 0.5
    conditions = rng.sample(TABLE_CONDITIONS if of_table else CONDITIONS, rng.randint(1, 3))
    outputs = {f"o{i}": condition for i, condition in enumerate(conditions)}
    rest = rng.random() < 0.5
    written = "".join(f"\n      {name}: {condition}" for name, condition in outputs.items()) + ("\n      rest: otherwise" if rest else "")
    steps = ([BALANCES] if of_table else []) + [f"\n  routed:\n    from: {'balances' if of_table else 'events'}\n    split:{written}"]
    chosen = f"CASE{''.join(f' WHEN {condition} THEN {name!r}' for name, condition in outputs.items())} ELSE 'rest' END"
    sinks = {}
    for name in list(outputs) + ["rest"] * rest:
        if not of_table:
            sinks[name] = (f"{{from: routed.{name}, topic: {name}}}",
                           f"SELECT id, kind, amount FROM events WHERE {chosen} = '{name}' ORDER BY place")
            continue
        steps.append(f"""
  of_{name}:
    from: routed.{name}
    aggregate:
      by: card
      every: {LAST_ALONE}
      select: {{n: min(n), total: min({name}.total)}}""")
        sinks[name] = (f"{{from: of_{name}, topic: {name}, key: card}}",
                       f"SELECT card, n, total FROM ({BALANCES_QUERY}) b WHERE {chosen} = '{name}'")
    return Topology(0, steps, sinks, [], in_order=not of_table)
