"""Other jobs, each run as (c) of throughput beside (a): look-backs, joins, overlapping windows, a repartitioned aggregate."""

import dataclasses

from . import layers, throughput
from .machine import Bench


@dataclasses.dataclass(frozen=True)
class Job:
    """Of bench/NAME.yaml."""

    title: str
    payments: int
    per_minute: int  # of event time
    cards: int = 1_000_000
    beside: str = ""  # what else is read
    markers: bool = True  # time goes on behind the load, so that all that waits for it goes out


JOBS = {
    "look_backs": Job("look-backs of 5m, 1h, 30d", 2_000_000, 10_000, markers=False),
    "table_join": Job("join, a table of 100,000", 3_000_000, 100_000, cards=100_000, beside="cards", markers=False),
    "stream_join": Job("join, a stream within 10m", 2_000_000, 100_000, beside="captures"),
    "hopping": Job("hopping 1h every 1m", 200_000, 2_000),
    "by_merchant": Job("repartitioned by merchant", 3_000_000, 600_000),
}


def run(bench: Bench, options) -> dict:
    report: dict = {"jobs": {}}
    for name in options.only:
        job = JOBS[name]
        print(name, flush=True)
        load = throughput.preload(bench, name, {"records": options.payments or job.payments, "cards": job.cards,
                                                "per_window": job.per_minute, "seed": options.seed}, job.beside, job.markers)
        report["jobs"][name] = {**throughput.rounds(bench, load, options, "ac"), "records": load.records, "cards": load.cards}
    report["fine"] = all(job["fine"] for job in report["jobs"].values())
    return report


def table(report: dict) -> str:
    lines = [f"{'':28}{'records':>10}{'results':>10}{'records/CPU s':>15}{'engine CPU s/M':>16}{'to (a)':>8}"
             f"{'broker CPU s/M':>16}{'records/s':>11}{'state/card':>12}{'peak MiB':>10}"]
    for name, job in report["jobs"].items():
        row = job["c"]
        found = row["check"]
        lines.append(f"{JOBS[name].title:28}{job['records']:>10}{found['expected']:>10}{1e6 / row['engine_cpu']:>15,.0f}"
                     f"{row['engine_cpu']:>16.2f}{row['engine_cpu'] / job['a']['engine_cpu']:>8.1f}{row['broker_cpu']:>16.2f}"
                     f"{row['records_per_second']:>11}{row['state_bytes'] / job['cards']:>12.0f}{row['peak_mib']:>10}")
        if not job["fine"]:
            lines.append(f"  RESULTS WRONG in a round; of the best {found['right']} right, {found['wrong']} wrong, "
                         f"{found['missing']} missing")
    lines += [f"{name}: {layers.table(job['profile'])}" for name, job in report["jobs"].items() if "profile" in job]
    return "\n".join(lines)
