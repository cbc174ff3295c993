"""How long a restart takes that reads a state of many keys from its changelog, from the process's start until all tasks
are up."""

import re
import signal

from .latency import PARTITIONS, UP
from .machine import Bench

INPUT = "bench.payments"


def restart(bench: Bench, name, file, variables) -> dict:
    log = bench.folder / f"{name}.log"
    before = log.read_bytes().count(UP.encode())
    process = bench.start_pactolus(name, file, **variables)
    up = bench.wait_for_log(process, UP, before + PARTITIONS, 300)
    usage = process.end(signal.SIGTERM)
    rows = [int(number) for number in re.findall(r"is up: (\d+) state rows", log.read_text())[-PARTITIONS:]]
    return {"seconds": round(up - process.began, 2), "rows": sum(rows), "peak_mib": round(usage.peak_mib),
            "cpu_seconds": round(usage.cpu_seconds, 2)}


def run(bench: Bench, options) -> dict:
    print(f"building a state of {options.keys} keys", flush=True)
    name, file = bench.application("state")
    results = f"bench.{name}"
    bench.make_topics(INPUT, results)
    bench.call("generate", topic=INPUT, records=options.keys, each_card_once=1, seed=options.seed)
    variables = {"BENCH_OUTPUT": results, "BENCH_WORKERS": str(options.workers)}
    process = bench.start_pactolus(name, file, **variables)
    bench.call("wait", group=name, topic=INPUT, output=results)
    usage = process.end(signal.SIGTERM)
    runs = [restart(bench, name, file, variables) for _ in range(options.repeat)]
    return {"build_peak_mib": round(usage.peak_mib), "runs": runs,
            "fine": usage.status == 0 and all(run["rows"] == options.keys for run in runs)}


def table(report: dict) -> str:
    lines = [f"{'restart':10}{'seconds':>10}{'rows':>12}{'CPU s':>8}{'peak MiB':>10}"]
    for number, run in enumerate(report["runs"], 1):
        lines.append(f"{number:<10}{run['seconds']:>10.2f}{run['rows']:>12}{run['cpu_seconds']:>8.2f}{run['peak_mib']:>10}")
    return "\n".join(lines)
