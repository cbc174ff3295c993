"""kill -9 under a steady load, and the same instance started again at once: how long until a committed result of a
record that was sent after the kill is in a reader's hands. Also: every result came, and once."""

import array
import json
import signal
import time

from . import latency
from .machine import Bench

FIRST_KILL = 10.0
BETWEEN_KILLS = 10.0


def first_result_after(pairs: array.array, kill_micros: int) -> int:
    """When the first result came whose record was sent after the kill."""
    return min(pairs[i + 1] for i in range(0, len(pairs), 2) if pairs[i] >= kill_micros)


def run(bench: Bench, options) -> dict:
    process, (name, file, variables), source, results = latency.start(bench, "changes", options)
    kills = max(1, options.repeat)
    seconds = int(FIRST_KILL + kills * BETWEEN_KILLS)
    file_of_pairs = bench.folder / "pairs"
    sender = bench.start(bench.program("latency", topic=source, output=results, rate=options.rate, seconds=seconds,
                                       cards=options.cards, pairs=file_of_pairs), "sender.log")
    killed = []
    time.sleep(FIRST_KILL)
    for _ in range(kills):
        killed.append(time.time())
        process.end(signal.SIGKILL)
        process = bench.start_pactolus(name, file, **variables)
        time.sleep(BETWEEN_KILLS)
    usage = sender.end()
    process.end(signal.SIGTERM)
    pairs = array.array("q")
    with open(file_of_pairs, "rb") as stored:
        pairs.frombytes(stored.read())
    times = [first_result_after(pairs, int(kill * 1e6)) / 1e6 - kill for kill in killed]
    report = json.loads((bench.folder / "sender.log").read_text().splitlines()[-1])
    return {"seconds": [round(one, 2) for one in times], "sent": report["sent"], "received": report["received"],
            "fine": usage.status == 0 and report["sent"] == report["received"]}


def table(report: dict) -> str:
    return (f"kill -9 to the first new committed result, seconds: {report['seconds']}\n"
            f"{report['received']} results of {report['sent']} records"
            + ("" if report["fine"] else "  RESULTS MISSING OR TOO MANY"))
