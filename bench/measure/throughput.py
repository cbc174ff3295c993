"""The same job: (a) read only, (b) by hand, (c) Pactolus, (d) Pactolus by way of a repartition topic. CPU, memory, rate; results
checked in full."""

import json
import signal
import subprocess
import time

from . import layers
from .machine import Bench, Usage

INPUT = "bench.payments"


def preload(bench: Bench, options) -> int:
    print(f"preloading {options.records} records", flush=True)
    bench.make_topics(INPUT)
    report = json.loads(bench.call("generate", topic=INPUT, records=options.records, cards=options.cards,
                                   per_window=options.per_window, seed=options.seed))
    print(f"  of {report['value_bytes']} bytes each", flush=True)
    return report["records"]


def measured(usage: Usage, seconds: float, broker: float, records: int) -> dict:
    millions = records / 1e6
    return {"records_per_second": round(records / seconds), "engine_cpu": round(usage.cpu_seconds / millions, 3),
            "broker_cpu": round(broker / millions, 3), "peak_mib": round(usage.peak_mib),
            "seconds": round(seconds, 2)}


def check(bench: Bench, topic: str, options) -> dict:
    report = json.loads(bench.call("check", may_fail=True, topic=topic, records=options.records,
                                   cards=options.cards, per_window=options.per_window, seed=options.seed))
    report["fine"] = report["wrong"] == 0 and report["missing"] == 0
    return report


def run_program(bench: Bench, name: str, records: int, **arguments) -> dict:
    broker = bench.broker_cpu_seconds()
    usage = bench.start(bench.program(name, topic=INPUT, **arguments), f"{name}.log").end()
    if usage.status != 0:
        raise SystemExit(f"bench_{name} failed: {(bench.folder / f'{name}.log').read_text()[-2000:]}")
    return measured(usage, usage.wall_seconds, bench.broker_cpu_seconds() - broker, records)


def run_a(bench: Bench, records: int, _options) -> dict:
    return run_program(bench, "consume", records)


def run_b(bench: Bench, records: int, options) -> dict:
    bench.applications += 1
    topic = f"bench.by-hand-{bench.applications}"
    bench.make_topics(topic)
    result = run_program(bench, "by_hand", records, output=topic, group=topic,
                         commit_interval_ms=options.commit_interval)
    result["check"] = check(bench, topic, options)
    return result


def run_c(bench: Bench, records: int, options, profile: bool = False, job: str = "cards") -> dict:
    name, topology = bench.application(job)
    topic = f"bench.{name}"
    bench.make_topics(topic)
    broker = bench.broker_cpu_seconds()
    process = bench.start_pactolus(name, topology, before=layers.recording(bench) if profile else (),
                                   BENCH_OUTPUT=topic, BENCH_WORKERS=str(options.workers),
                                   BENCH_COMMIT_INTERVAL=f"{options.commit_interval}ms")
    began = time.time()
    done = float(bench.call("wait", group=name, topic=INPUT, output=topic))
    usage = process.end_child() if profile else process.end(signal.SIGTERM)
    if usage.status != 0:
        raise SystemExit(f"pactolus ended with {usage.status}: {process.log.read_text()[-2000:]}")
    result = measured(usage, done - began, bench.broker_cpu_seconds() - broker, records)
    result["check"] = check(bench, topic, options)
    if profile:
        result["profile"] = layers.read(bench, records)
    return result


def run_d(bench: Bench, records: int, options) -> dict:
    return run_c(bench, records, options, job="repartitioned")


ENGINES = {"a": ("read, three fields", run_a), "b": ("by hand, no changelog", run_b), "c": ("Pactolus", run_c),
           "d": ("Pactolus, repartitioned", run_d)}


def best(runs: list[dict]) -> dict:
    """The run that took least CPU: other processes of the machine can only add to it."""
    result = dict(min(runs, key=lambda run: run["engine_cpu"]))
    result["engine_cpu_all"] = [run["engine_cpu"] for run in runs]
    result["broker_cpu"] = min(run["broker_cpu"] for run in runs)
    result["records_per_second"] = max(run["records_per_second"] for run in runs)
    return result


def run(bench: Bench, options) -> dict:
    records = preload(bench, options)
    runs: dict[str, list[dict]] = {letter: [] for letter in options.engines}
    for round_number in range(options.repeat):
        for letter in options.engines:
            result = ENGINES[letter][1](bench, records, options)
            runs[letter].append(result)
            fine = "" if result.get("check", {"fine": True})["fine"] else "  RESULTS WRONG"
            print(f"  round {round_number + 1} ({letter}) {result['engine_cpu']:6.3f} engine, "
                  f"{result['broker_cpu']:6.3f} broker CPU s/M, {result['records_per_second']:8} records/s, "
                  f"{result['peak_mib']:5} MiB{fine}", flush=True)
    report = {letter: best(results) for letter, results in runs.items()}
    if options.profile and "c" in report:
        report["profile"] = run_c(bench, records, options, profile=True)["profile"]
    report["fine"] = all(run.get("check", {"fine": True})["fine"] for results in runs.values() for run in results)
    return report


def table(report: dict) -> str:
    lines = [f"{'':28}{'records/s':>11}{'engine CPU s/M':>16}{'broker CPU s/M':>16}{'peak MiB':>10}{'ratio to (a)':>14}"]
    for letter, (title, _) in ENGINES.items():
        if letter not in report:
            continue
        row = report[letter]
        ratio = row["engine_cpu"] / report["a"]["engine_cpu"] if "a" in report else float("nan")
        lines.append(f"({letter}) {title:24}{row['records_per_second']:>11}{row['engine_cpu']:>16.2f}"
                     f"{row['broker_cpu']:>16.2f}{row['peak_mib']:>10}{ratio:>14.2f}")
    for letter in ("b", "c", "d"):
        if letter in report:
            found = report[letter]["check"]
            lines.append(f"results of ({letter}): {found['right']} of {found['expected']} right, "
                         f"{found['wrong']} wrong, {found['missing']} missing")
    if "profile" in report:
        lines.append(layers.table(report["profile"]))
    return "\n".join(lines)
