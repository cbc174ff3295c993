"""The processes of a measurement: a broker of its own, and programs whose use of CPU and memory is taken."""

import dataclasses
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAMS = ROOT / "build" / "release"
BENCH = ROOT / "bench"
KAFKA_JAVA = "-Xmx1g -Xms1g -XX:+UseSerialGC"


@dataclasses.dataclass
class Usage:
    """What one process took from its start to its end."""

    cpu_seconds: float
    peak_mib: float
    wall_seconds: float
    status: int


class Process:
    """A child process, whose usage is known when it has ended."""

    def __init__(self, command, log: pathlib.Path, environment=None):
        self.began = time.time()
        self.log = log
        with open(log, "ab") as out:
            self.child = subprocess.Popen([str(part) for part in command], stdout=out, stderr=out,
                                          env={**os.environ, **(environment or {})})

    @property
    def pid(self) -> int:
        return self.child.pid

    def end(self, with_signal=None) -> Usage:
        if with_signal is not None:
            os.kill(self.pid, with_signal)
        _, status, used = os.wait4(self.pid, 0)
        self.child.returncode = os.waitstatus_to_exitcode(status)
        return Usage(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, time.time() - self.began,
                     self.child.returncode)

    def end_child(self) -> Usage:
        """Asks the one child of this process to end: perf ends after the program that it records."""
        children = pathlib.Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        os.kill(int(children[0]), signal.SIGTERM)
        return self.end()

    def running(self) -> bool:
        return self.child.returncode is None


class Bench:
    """A broker if one is needed, its topics, and the folder of all files of a run; deleted at the end."""

    def __init__(self, with_kafka: bool = True):
        self.with_kafka = with_kafka
        (ROOT / "build" / "bench").mkdir(parents=True, exist_ok=True)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="run.", dir=ROOT / "build" / "bench"))
        self.state_folder = self.folder / "state"
        self.bootstrap = ""
        self.processes: list[Process] = []
        self.applications = 0

    def __enter__(self):
        if self.with_kafka:
            self.start_kafka()
        return self

    def start_kafka(self):
        print("starting Kafka", flush=True)
        command = [ROOT / "scripts/kafka", "start", "--folder", self.folder / "kafka", "--port", "0",
                   "--while", str(os.getpid())]
        self.bootstrap = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE,
                                        env={**os.environ, "PACTOLUS_KAFKA_JAVA": KAFKA_JAVA}).stdout.strip()

    def __exit__(self, *_):
        for process in self.processes:
            if process.running():
                process.end(signal.SIGKILL)
        if self.with_kafka:
            subprocess.run([ROOT / "scripts/kafka", "stop", "--folder", self.folder / "kafka"], check=False)
        shutil.rmtree(self.folder)

    def broker_cpu_seconds(self) -> float:
        pid = (self.folder / "kafka/1/pid").read_text().strip()
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def start(self, command, log: str, environment=None) -> Process:
        process = Process(command, self.folder / log, environment)
        self.processes.append(process)
        return process

    def program(self, name: str, **options) -> list:
        """The command line of bench_NAME."""
        command = [PROGRAMS / "bench" / f"bench_{name}", "--bootstrap", self.bootstrap]
        for option, value in options.items():
            command += ["--" + option.replace("_", "-"), str(value)]
        return command

    def call(self, name: str, may_fail=False, **options) -> str:
        """Runs bench_NAME to its end; what it printed."""
        done = subprocess.run(self.program(name, **options), text=True, stdout=subprocess.PIPE, check=False)
        if done.returncode != 0 and not may_fail:
            raise SystemExit(f"bench_{name} failed with status {done.returncode}: {done.stdout}")
        return done.stdout.strip()

    def make_topics(self, *names: str, partitions=8):
        self.call("topics", create=",".join(names), partitions=partitions)

    def application(self, topology: str) -> tuple[str, pathlib.Path]:
        """A copy of bench/TOPOLOGY.yaml under a name of its own, so that it begins with nothing."""
        self.applications += 1
        name = f"{topology.replace('_', '-')}-{self.applications}"
        text = (BENCH / f"{topology}.yaml").read_text(encoding="utf-8")
        file = self.folder / f"{name}.yaml"
        file.write_text(text.replace(f"topology: bench-{topology.replace('_', '-')}", f"topology: {name}", 1),
                        encoding="utf-8")
        return name, file

    def start_pactolus(self, name: str, topology: pathlib.Path, before=(), **variables) -> Process:
        command = [*before, PROGRAMS / "pactolus", "run", "--config", BENCH / "pactolus.yaml", topology]
        return self.start(command, f"{name}.log", {"KAFKA_BOOTSTRAP": self.bootstrap,
                                                   "BENCH_STATE_FOLDER": str(self.state_folder), **variables})

    def wait_for_log(self, process: Process, text: str, count: int, timeout: float) -> float:
        """When `text` stood `count` times in the log, in seconds since the epoch; looks every 5 ms."""
        deadline = time.time() + timeout
        while time.time() < deadline:
            if process.log.exists() and process.log.read_bytes().count(text.encode()) >= count:
                return time.time()
            time.sleep(0.005)
        raise SystemExit(f"'{text}' came not {count} times within {timeout} s; the log ends:\n"
                         + process.log.read_text(encoding="utf-8")[-2000:])


def raise_file_limit():
    """Kafka keeps many files open."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
