"""What the random topologies are made of."""
import dataclasses
from collections.abc import Callable

HOUR = 3_600_000  # all times are in milliseconds
CALLS = ["count(*)", "count(amount)", "sum(amount)", "min(amount)", "max(amount)", "avg(amount)", "min(id)", "sum(kind)",
         "count(*) FILTER (WHERE kind = 2)"]
FINAL_CALLS = CALLS + ["count(DISTINCT amount)", "string_agg(id, ',' ORDER BY amount DESC, id)",
                       "percentile_disc(0.5) WITHIN GROUP (ORDER BY amount)"]


@dataclasses.dataclass
class Row:
    id: str
    card: str
    kind: int | None
    amount: str | None
    time: int
    source: str = "events"

    def sql(self, place):
        return f"({place}, '{self.id}', '{self.card}', {self.kind or 'NULL'}, {self.amount or 'NULL'}, {self.time}, '{self.source}')"

    def yaml(self):
        kind, amount = ("null" if value is None else value for value in (self.kind, self.amount))
        return f"      - {self.source}: {{id: {self.id}, card: {self.card}, kind: {kind}, amount: {amount}, at: {self.time}}}"


@dataclasses.dataclass
class Topology:
    """Steps, and for each sink what it holds: its YAML and the query of its rows (or a function that gives them)."""
    disorder: int
    steps: list[str]
    sinks: dict[str, tuple[str, str | Callable]]
    late: list[tuple[str, str]]  # step, and the query of its late rows: their id, or another name for it if it isn't known
    in_order: bool = False
    any_order: bool = False  # the results don't depend on the order of the rows, as long as none is late and times differ
    sources: tuple[str, ...] = ("events",)


def duration(milliseconds):
    return f"{milliseconds}ms"


def listed(calls):
    return {f"v{i}": call for i, call in enumerate(calls)}


def by_text(by):
    return f"\n      by: [{', '.join(by)}]" if by else ""


def select_text(calls):
    return "".join(f"\n        {name}: {call}" for name, call in calls.items())
