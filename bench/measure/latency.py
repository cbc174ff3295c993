"""From a record's production to its committed result in a reader's hands, at a steady rate with commits every 20 ms."""

import json
import signal

from .machine import Bench

INPUT = "bench.payments"
COMMIT_INTERVAL = "20ms"
TOPOLOGIES = {"pass_through": "pass-through", "changes": "aggregate, emit: changes"}
UP = " is up: "
PARTITIONS = 8


def start(bench: Bench, topology: str, options):
    """Pactolus on topics of its own: the process, its application's name, its input, its output."""
    name, file = bench.application(topology)
    source, results = f"bench.in-{name}", f"bench.{name}"
    bench.make_topics(source, results, partitions=PARTITIONS)
    variables = {"BENCH_INPUT": source, "BENCH_OUTPUT": results, "BENCH_COMMIT_INTERVAL": COMMIT_INTERVAL,
                 "BENCH_WORKERS": str(options.workers)}
    process = bench.start_pactolus(name, file, **variables)
    bench.wait_for_log(process, UP, PARTITIONS, 60)
    return process, (name, file, variables), source, results


def measure(bench: Bench, topology: str, options) -> dict:
    process, _, source, results = start(bench, topology, options)
    broker = bench.broker_cpu_seconds()
    report = json.loads(bench.call("latency", may_fail=True, topic=source, output=results, rate=options.rate,
                                   seconds=options.seconds, cards=options.cards, warm_up=10))
    millions = report["sent"] / 1e6
    report["broker_cpu"] = round((bench.broker_cpu_seconds() - broker) / millions, 2)
    usage = process.end(signal.SIGTERM)
    report["engine_cpu"] = round(usage.cpu_seconds / millions, 2)
    report["fine"] = report["sent"] == report["received"] and usage.status == 0
    return report


def run(bench: Bench, options) -> dict:
    report = {}
    for topology in TOPOLOGIES:
        runs = [measure(bench, topology, options) for _ in range(options.repeat)]
        report[topology] = min(runs, key=lambda one: one["p99_ms"])
        report[topology]["p99_ms_all"] = [one["p99_ms"] for one in runs]
        report[topology]["fine"] = all(one["fine"] for one in runs)
    report["fine"] = all(report[topology]["fine"] for topology in TOPOLOGIES)
    return report


def table(report: dict) -> str:
    lines = [f"{'milliseconds':28}{'p50':>8}{'p99':>8}{'p99.9':>8}{'max':>8}   p99 of each run"]
    for topology, title in TOPOLOGIES.items():
        row = report[topology]
        lines.append(f"{title:28}{row['p50_ms']:>8.1f}{row['p99_ms']:>8.1f}{row['p999_ms']:>8.1f}{row['max_ms']:>8.1f}"
                     f"   {row['p99_ms_all']}" + ("" if row["fine"] else "  RESULTS MISSING OR TOO MANY"))
    return "\n".join(lines)
