"""A CPU profile of (c) by layer. Each sample belongs to the innermost of its frames that a rule knows."""

import collections
import re
import subprocess

from .machine import Bench

FREQUENCY = 997

# The first rule that fits a frame's symbol decides. Order: special before general.
RULES = [(re.compile(pattern), layer) for pattern, layer in [
    (r"for_each_overlaid|write_overlay|StateKeeper|RocksDiskTier|rocksdb|StateStore::(checkpoint|rewrite)",
     "state: checkpoints and rounds"),
    (r"for_each_change|BlockWriter|append_row_image|TaskLog::write|encode_changelog|encode_epoch|append_entry_key",
     "changelog: encoding"),
    (r"(HotTable|StateTable|StateStore|BlobHeap)::(commit|rollback)", "state: commit and undo"),
    (r"sorted_entries|sort_by_key|index_memory|begin_close|introsort|insertion_sort", "windows: sorting the keys of a close"),
    (r"drop_window|HotTable::~HotTable", "windows: freeing the state"),
    (r"ResultComputation|compute_results|FinalAggregate::(emit|fire)|decode_key|GroupScan|HotTable::(prefetch|find)\b",
     "windows: computing results"),
    (r"HotTable|StateTable", "state: find and touch"),
    (r"EventHistory|\b(Frame|Over|EventReader)::", "look-backs: history and windows"),
    (r"IntervalJoin|JoinedSide|TableJoin|KeyedJoin|LatestRows|VersionedRows", "joins: finding and making pairs"),
    (r"RepartitionWriter|repartition_record|decode_repartition", "repartition records"),
    (r"RowCodec", "rows as bytes"),
    (r"JsonEncoder|KeyTextEncoder|append_json|append_date_time|append_rfc3339|append_civil|append_padded|append_value|"
     r"append_plain|write_digits|append_to\b|SinkWriter|Outgoing::(add|Pending)|partition_of|murmur2",
     "results: encoding"),
    (r"AggregateArguments|NumericSum|Extreme|FixedAggregate|SumAggregate|CountAggregate", "aggregates"),
    (r"encode_keys|append_key|split_by_window|rows_of|window_end|accumulate|refuse_late|AggregateOperator",
     "keys and windows of rows"),
    (r"Json|Decoded|decode_|Scalar|BatchText|simdjson|parse_|is_json_number|contains_escape|Decimal", "decoding"),
    (r"TaskInput|WaitingBatch", "decoding"),
    (r"FetchedMessages|KafkaReader", "fetching"),
    (r"KafkaTransactionalProducer|enqueue_record|Delivery::|Outgoing", "producing"),
    (r"Committer|TaskLog|Task::|Worker::", "task, worker and commit"),
    (r"pactolus::", "other of ours"),
]]


def recording(bench: Bench) -> list:
    """What stands before a command so that it is recorded."""
    return ["perf", "record", "-q", "-e", "cpu-clock", "-F", str(FREQUENCY), "-g", "-o", bench.folder / "perf.data",
            "--"]


def layer_of(thread: str, frames: list[tuple[str, str]]) -> str:
    if thread.startswith("rdk:"):
        return f"librdkafka: {thread}"
    for symbol, library in frames:
        if "librdkafka" in library:
            return "librdkafka: called by the worker"
        if library.endswith("/pactolus"):
            for pattern, layer in RULES:
                if pattern.search(symbol):
                    return layer
    return "rest"


def thread_names(recorded: list) -> dict[tuple[str, int], str]:
    """librdkafka calls a consumer's and a producer's threads alike: who decompresses is a consumer's."""
    names = {}
    for thread, number, _ in recorded:
        names[thread, number] = thread + (" (producer)" if thread.startswith("rdk:broker") else "")
    for thread, number, frames in recorded:
        if thread.startswith("rdk:broker") and any("LZ4_decompress" in symbol for symbol, _ in frames):
            names[thread, number] = f"{thread} (consumer)"
    return names


def samples(bench: Bench):
    """(thread's name, its number, frames from the innermost) of each sample."""
    text = subprocess.run(["perf", "script", "-i", str(bench.folder / "perf.data"), "-F", "comm,tid,ip,sym,dso"],
                          check=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          errors="replace").stdout
    for block in text.split("\n\n"):
        lines = [line for line in block.splitlines() if line.strip()]
        if not lines:
            continue
        frames = []
        for line in lines[1:]:
            found = re.match(r"\s*[0-9a-f]+ (.*) \(([^)]*)\)$", line)
            if found:
                frames.append((found[1].replace("(anonymous namespace)::", ""), found[2]))
        thread, number = lines[0].rsplit(None, 1)
        yield thread.strip(), int(number), frames


def read(bench: Bench, records: int) -> dict:
    by_layer: collections.Counter = collections.Counter()
    by_function: collections.Counter = collections.Counter()
    total = 0
    recorded = list(samples(bench))
    names = thread_names(recorded)
    for thread, number, frames in recorded:
        total += 1
        thread = names[thread, number]
        by_layer[layer_of(thread, frames)] += 1
        if frames:
            library = frames[0][1].rsplit("/", 1)[-1]
            by_function[f"{frames[0][0].split('(')[0]} [{library}] {thread}"] += 1
    microseconds = 1e6 / FREQUENCY / records
    return {"samples": total,
            "layers": {name: round(count * microseconds, 3) for name, count in by_layer.most_common()},
            "functions": {name: round(count * microseconds, 3) for name, count in by_function.most_common(60)}}


def table(profile: dict) -> str:
    lines = ["profile of (c), microseconds of CPU per record:"]
    lines += [f"  {name:44}{value:8.3f}" for name, value in profile["layers"].items()]
    return "\n".join(lines)
