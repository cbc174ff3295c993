"""The same job: (a) read only, (b) by hand, (c) Pactolus, (d) Pactolus by way of a repartition topic. CPU, memory, rate; results
checked in full."""

import dataclasses
import json
import re
import signal
import time

from . import layers
from .machine import Bench, Usage

# Where records pass through a topic in between, results come later than the inputs are read.
REPARTITIONED = ("repartitioned", "by_merchant")


@dataclasses.dataclass(frozen=True)
class Load:
    """What a topology reads, and from what its results can be made again."""

    job: str  # whose results they are
    stream: dict  # options of bench_generate and bench_check
    topics: dict  # by what is in them; payments first
    records: int  # in all of them, but for those that only move time
    cards: int  # that pay


def cards_load(bench: Bench, options) -> Load:
    return preload(bench, "cards", {"records": options.records, "cards": options.cards, "per_window": options.per_window,
                                    "seed": options.seed})


def preload(bench: Bench, job: str, stream: dict, beside: str = "", markers: bool = True) -> Load:
    topics = {what: f"bench.{job}.{what}".replace("_", "-") for what in ("payments", beside) if what}
    bench.make_topics(*topics.values())
    records = cards = 0
    for what, topic in topics.items():
        report = json.loads(bench.call("generate", topic=topic, what=what, markers=int(markers), **stream))
        print(f"  {report['records']} {what} of {report['value_bytes']} bytes each", flush=True)
        records += report["records"]
        cards = cards or report["cards"]
    return Load(job, stream, topics, records, cards)


def measured(usage: Usage, seconds: float, broker: float, records: int) -> dict:
    millions = records / 1e6
    return {"records_per_second": round(records / seconds), "engine_cpu": round(usage.cpu_seconds / millions, 3),
            "broker_cpu": round(broker / millions, 3), "peak_mib": round(usage.peak_mib),
            "seconds": round(seconds, 2)}


def check(bench: Bench, topic: str, load: Load) -> dict:
    report = json.loads(bench.call("check", may_fail=True, topic=topic, job=load.job, **load.stream))
    report["fine"] = report["wrong"] == 0 and report["missing"] == 0
    return report


def run_program(bench: Bench, name: str, load: Load, **arguments) -> dict:
    broker = bench.broker_cpu_seconds()
    usage = bench.start(bench.program(name, topic=load.topics["payments"], **arguments), f"{name}.log").end()
    if usage.status != 0:
        raise SystemExit(f"bench_{name} failed: {(bench.folder / f'{name}.log').read_text()[-2000:]}")
    return measured(usage, usage.wall_seconds, bench.broker_cpu_seconds() - broker, load.stream["records"])


def run_a(bench: Bench, load: Load, _options) -> dict:
    return run_program(bench, "consume", load)


def run_b(bench: Bench, load: Load, options) -> dict:
    bench.applications += 1
    topic = f"bench.by-hand-{bench.applications}"
    bench.make_topics(topic)
    result = run_program(bench, "by_hand", load, output=topic, group=topic, commit_interval_ms=options.commit_interval)
    result["check"] = check(bench, topic, load)
    return result


def run_c(bench: Bench, load: Load, options, profile: bool = False, topology: str = "") -> dict:
    topology = topology or load.job
    name, file = bench.application(topology)
    topic = f"bench.{name}"
    bench.make_topics(topic)
    inputs = list(load.topics.values())
    broker = bench.broker_cpu_seconds()
    process = bench.start_pactolus(name, file, before=layers.recording(bench) if profile else (), BENCH_INPUT=inputs[0],
                                   BENCH_BESIDE=inputs[-1], BENCH_OUTPUT=topic, BENCH_WORKERS=str(options.workers),
                                   BENCH_COMMIT_INTERVAL=f"{options.commit_interval}ms",
                                   BENCH_STATE_MEMORY=options.state_memory)
    began = time.time()
    streams = [topic for what, topic in load.topics.items() if what != "cards"]
    done = float(bench.call("wait", group=name, topic=",".join(streams), output=topic,
                            still=3 if topology in REPARTITIONED else 1))
    usage = process.end_child() if profile else process.end(signal.SIGTERM)
    log = process.log.read_text(encoding="utf-8")
    if usage.status != 0:
        raise SystemExit(f"pactolus ended with {usage.status}: {log[-2000:]}")
    result = measured(usage, done - began, bench.broker_cpu_seconds() - broker, load.records)
    result["state_bytes"] = sum(map(int, re.findall(r"state took (\d+) bytes", log)))
    result["check"] = check(bench, topic, load)
    if profile:
        result["profile"] = layers.read(bench, load.records)
    return result


def run_d(bench: Bench, load: Load, options) -> dict:
    return run_c(bench, load, options, topology="repartitioned")


ENGINES = {"a": ("read, three fields", run_a), "b": ("by hand, no changelog", run_b), "c": ("Pactolus", run_c),
           "d": ("Pactolus, repartitioned", run_d)}


def best(runs: list[dict]) -> dict:
    """The run that took least CPU: other processes of the machine can only add to it."""
    result = dict(min(runs, key=lambda run: run["engine_cpu"]))
    result["engine_cpu_all"] = [run["engine_cpu"] for run in runs]
    result["broker_cpu"] = min(run["broker_cpu"] for run in runs)
    result["records_per_second"] = max(run["records_per_second"] for run in runs)
    return result


def rounds(bench: Bench, load: Load, options, engines: str) -> dict:
    """The engines in turns; of each its best run."""
    runs: dict[str, list[dict]] = {letter: [] for letter in engines}
    for round_number in range(options.repeat):
        for letter in engines:
            result = ENGINES[letter][1](bench, load, options)
            runs[letter].append(result)
            fine = "" if result.get("check", {"fine": True})["fine"] else "  RESULTS WRONG"
            print(f"  round {round_number + 1} ({letter}) {result['engine_cpu']:6.3f} engine, "
                  f"{result['broker_cpu']:6.3f} broker CPU s/M, {result['records_per_second']:8} records/s, "
                  f"{result['peak_mib']:5} MiB{fine}", flush=True)
    report = {letter: best(results) for letter, results in runs.items()}
    if options.profile and "c" in report:
        report["profile"] = run_c(bench, load, options, profile=True)["profile"]
    report["fine"] = all(run.get("check", {"fine": True})["fine"] for results in runs.values() for run in results)
    return report


def run(bench: Bench, options) -> dict:
    return rounds(bench, cards_load(bench, options), options, options.engines)


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
