"""Single steps over payments that are made as they go: CPU nanoseconds per row, and what they remember."""

import subprocess

from .machine import PROGRAMS, Bench

CALLS = "  select:\n    payments: count(*)\n    total: sum(amount)\n    high: max(amount)\n"


def aggregate(settings: str) -> str:
    return f"aggregate:\n{settings}{CALLS}"


LOOK_BACK_CALLS = ["count(*)", "sum(amount)", "avg(amount)", "max(amount)", "count(DISTINCT country)"]


def over(windows: dict, calls: list) -> str:
    added = [f"    {name}_{i}: {call} OVER {name}\n" for name in windows for i, call in enumerate(calls)]
    named = "".join(f"    {name}: {last}\n" for name, last in windows.items())
    return f"over:\n  by: card\n  windows:\n{named}  add:\n{''.join(added)}"


STEPS = {
    "bare: filter TRUE": "filter: TRUE\n",
    "aggregate, running": aggregate("  by: card\n"),
    "aggregate, running, every 10s": aggregate("  by: card\n  every: 10s\n"),
    "aggregate, tumbling 1m": aggregate("  by: card\n  window: {tumbling: 1m}\n"),
    "aggregate, hopping 5m every 1m": aggregate("  by: card\n  window: {hopping: 5m, every: 1m}\n"),
    "aggregate, calendar day": aggregate("  by: card\n  window: {calendar: day, zone: Europe/Paris}\n"),
    "aggregate, by merchant, hopping 1h every 1m": aggregate("  by: merchant\n  window: {hopping: 1h, every: 1m}\n"),
    "over, 5m: count, sum": over({"short": "5m"}, LOOK_BACK_CALLS[:2]),
    "over, 5m, 1h, 30d: the same, avg, max, DISTINCT": over({"short": "5m", "hour": "1h", "month": "30d"}, LOOK_BACK_CALLS),
    "deduplicate within 10m, none is": "deduplicate: {by: id, within: 10m}\n",
    "deduplicate within 10m, by card": "deduplicate: {by: card, within: 10m}\n",
    "fill, previous 10m": "fill: {by: card, set: {country: {previous: 10m}}}\n",
    "fill, constant": "fill: {set: {country: {constant: \"'DE'\"}}}\n",
    "explode, two elements": "explode: {values: 'ARRAY[card, country]', as: element}\n",
    "sample 1 in 100": "sample: {by: card, share: 0.01}\n",
    "join, a table of 100,000 cards": "join: {table: cards, match: payments.card = cards.card, add: {home: cards.home}}\n",
    "join, a stream within 10m": "join: {stream: captures, match: payments.id = captures.id, within: {after: 10m},"
                                 " add: {captured: captures.captured}}\n",
}
# What the other side of a join is.
BESIDE = {
    "join, a table of 100,000 cards": ["--beside", "cards", "--cards", "100000"],
    "join, a stream within 10m": ["--beside", "captures"],
}
COLUMNS = ("nanoseconds", "rows_out", "state_bytes", "state_rows")


def measured(bench: Bench, step: str, beside: list, options) -> dict:
    file = bench.folder / "step.yaml"
    file.write_text(step, encoding="utf-8")
    best: dict = {}
    for _ in range(options.repeat):
        done = subprocess.run([PROGRAMS / "bench" / "bench_operators", "--step", file, "--cards", str(options.cards), "--rows",
                               str(options.records), "--per-window", str(options.per_window), "--seed", str(options.seed), *beside],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(done.stderr)
        run = dict(zip(COLUMNS, map(float, done.stdout.split())))
        best = min(best or run, run, key=lambda one: one["nanoseconds"])
    return best


def run(bench: Bench, options) -> dict:
    report: dict = {"steps": {}, "fine": True}
    for name, step in STEPS.items():
        report["steps"][name] = measured(bench, step, BESIDE.get(name, []), options)
        print(f"  {name:46}{report['steps'][name]['nanoseconds']:8.0f}", flush=True)
    bare = next(iter(report["steps"].values()))["nanoseconds"]
    for result in report["steps"].values():
        result["ratio"] = round(result["nanoseconds"] / bare, 1)
    return report


def table(report: dict) -> str:
    lines = [f"{'':46}{'CPU ns/row':>11}{'rows/CPU s':>12}{'rows out':>12}{'state rows':>12}{'bytes each':>11}"]
    for name, row in report["steps"].items():
        each = row["state_bytes"] / row["state_rows"] if row["state_rows"] else 0
        lines.append(f"{name:46}{row['nanoseconds']:>11.0f}{1e9 / row['nanoseconds']:>12,.0f}{row['rows_out']:>12,.0f}"
                     f"{row['state_rows']:>12,.0f}{each:>11.0f}")
    return "\n".join(lines)
