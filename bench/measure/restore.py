"""A running state of many keys: what random updates of it cost, and how long restarts take, from the process's start
until all tasks are up: with the local copy, after kill -9 amid updates, and with nothing but the changelog."""

import re
import shutil
import signal
import time

from .latency import PARTITIONS, UP
from .machine import Bench

INPUT = "bench.payments"


class State:
    """The application, and what is known of it."""

    def __init__(self, bench: Bench, options):
        self.bench, self.options = bench, options
        self.name, self.file = bench.application("state")
        self.results = f"bench.{self.name}"
        bench.make_topics(INPUT, self.results)
        self.variables = {"BENCH_OUTPUT": self.results, "BENCH_WORKERS": str(options.workers),
                          "BENCH_STATE_MEMORY": options.state_memory}

    def start(self):
        return self.bench.start_pactolus(self.name, self.file, **self.variables)

    def generate(self, records: int, **more):
        self.bench.call("generate", topic=INPUT, records=records, cards=self.options.keys, seed=self.options.seed,
                        **more)

    def wait(self) -> float:
        return float(self.bench.call("wait", group=self.name, topic=INPUT, output=self.results))

    def process_all(self, records: int) -> dict:
        """What lies in the topic, from the process's start to its clean end."""
        process = self.start()
        seconds = self.wait() - process.began
        usage = process.end(signal.SIGTERM)
        return {"records": records, "seconds": round(seconds, 2), "cpu_s_per_million":
                round(usage.cpu_seconds / records * 1e6, 2), "peak_mib": round(usage.peak_mib),
                "fine": usage.status == 0}

    def restart(self) -> dict:
        log = self.bench.folder / f"{self.name}.log"
        before = log.read_bytes().count(UP.encode())
        process = self.start()
        up = self.bench.wait_for_log(process, UP, before + PARTITIONS, 300)
        usage = process.end(signal.SIGTERM)
        rows = [int(number) for number in re.findall(r"is up: (\d+) state rows", log.read_text())[-PARTITIONS:]]
        return {"seconds": round(up - process.began, 2), "rows": sum(rows), "peak_mib": round(usage.peak_mib),
                "cpu_seconds": round(usage.cpu_seconds, 2), "fine": usage.status == 0 and sum(rows) == self.options.keys}

    def kill_amid_updates(self):
        process = self.start()
        self.generate(self.options.updates)
        self.wait()
        process.end(signal.SIGKILL)
        # Of a killed process the broker keeps the place in the group for a while: that is measured elsewhere.
        time.sleep(1)


def run(bench: Bench, options) -> dict:
    print(f"building a state of {options.keys} keys", flush=True)
    state = State(bench, options)
    state.generate(options.keys, each_card_once=1)
    report = {"build": state.process_all(options.keys)}
    print("updating it", flush=True)
    state.generate(options.updates)
    report["updates"] = state.process_all(options.updates)
    report["clean"] = [state.restart() for _ in range(options.repeat)]
    report["killed"] = []
    report["wiped"] = []
    for _ in range(options.repeat):
        state.kill_amid_updates()
        report["killed"].append(state.restart())
    for _ in range(options.repeat):
        shutil.rmtree(bench.state_folder)
        report["wiped"].append(state.restart())
    report["fine"] = all(one["fine"] for name in ("clean", "killed", "wiped") for one in report[name])
    report["fine"] = report["fine"] and report["build"]["fine"] and report["updates"]["fine"]
    return report


def table(report: dict) -> str:
    lines = [f"{'':12}{'records':>12}{'seconds':>10}{'CPU s/M':>10}{'peak MiB':>10}"]
    for name in ("build", "updates"):
        one = report[name]
        lines.append(f"{name:12}{one['records']:>12}{one['seconds']:>10.2f}{one['cpu_s_per_million']:>10.2f}"
                     f"{one['peak_mib']:>10}")
    lines.append(f"{'restart':12}{'rows':>12}{'seconds':>10}{'CPU s':>10}{'peak MiB':>10}")
    for name in ("clean", "killed", "wiped"):
        for one in report[name]:
            lines.append(f"{name:12}{one['rows']:>12}{one['seconds']:>10.2f}{one['cpu_seconds']:>10.2f}"
                         f"{one['peak_mib']:>10}" + ("" if one["fine"] else "  ROWS MISSING OR TOO MANY"))
    return "\n".join(lines)
