"""Runs a program that prints JSON Lines, and takes its time and memory from outside."""
import collections
import json
import os
import pathlib
import statistics
import subprocess
import sys
import threading
import time

root = pathlib.Path(__file__).resolve().parent.parent.parent


class Failure(Exception):
    """A program that did not do its work."""


class Run:
    """What one process printed and took."""

    def __init__(self, lines, spans, wall, mib):
        self.lines = lines
        # Seconds from each "begin" mark to its "end", by this process's clock.
        self.spans = spans
        self.wall = wall
        self.mib = mib

    def line(self, what):
        """The one line about `what`."""
        found = [line for line in self.lines if line.get("what") == what]
        if len(found) != 1:
            raise Failure(f"{len(found)} lines about {what} where one was expected")
        return found[0]


def run(*command):
    """Runs a program to its end."""
    # What is meant for another BLAS or another program would change a peer's threads or kernels.
    foreign = ("OPENBLAS_", "OMP_", "MKL_")
    env = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    env["HF_HUB_OFFLINE"] = "1"
    start = time.perf_counter()
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               stdin=subprocess.DEVNULL, env=env)
    complaints = collections.deque(maxlen=20)
    reader = threading.Thread(target=lambda: complaints.extend(process.stderr))
    reader.start()
    lines, spans, begun = [], [], None
    for text in process.stdout:
        now = time.perf_counter()
        if not text.startswith(b"{"):
            continue
        line = json.loads(text)
        if line.get("mark") == "begin":
            begun = now
        elif line.get("mark") == "end":
            spans.append(now - begun)
        else:
            lines.append(line)
    reader.join()
    # wait4 tells this child's own peak, its children's if they were larger.
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        last = b"".join(complaints).decode(errors="replace").strip()
        raise Failure(f"{' '.join(str(word) for word in command)}\nended with code {process.returncode}\n{last}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(lines, spans, time.perf_counter() - start, usage.ru_maxrss * unit / 2**20)


class Programs:
    """Attune and its peers, on the default model."""

    def __init__(self, peers, model, threads, runs, log):
        self.python = pathlib.Path(peers) / "venv" / "bin" / "python"
        self.models = pathlib.Path(peers) / "models"
        self.model = pathlib.Path(model)
        self.threads = threads
        self.runs = runs
        self.log = log
        self.binary = root / ".build" / "release" / "attune"

    def attune(self, *arguments):
        """`attune bench` on the model."""
        return self._run("attune", self.binary, "bench", "--json", "--marks", "--model", self.model, "--threads",
                         self.threads, "--runs", self.runs, *arguments)

    def llama(self, kind, *arguments):
        """llama.cpp on the model as `kind`: Q4_1 is the same file."""
        stem = self.model.name.split(".")[0]
        file = self.model if kind == "Q4_1" else self.models / f"{stem}.{kind}.gguf"
        return self._run(f"llama.cpp {kind}", self.python, root / "Benchmarks/peers/llama_bench.py", file, "--marks",
                         "--threads", self.threads, "--runs", self.runs, *arguments)

    def peft(self, *arguments):
        """PyTorch + PEFT on the model."""
        return self._run("PEFT", self.python, root / "Benchmarks/peers/peft_bench.py", self.model, "--marks",
                         "--threads", self.threads, *arguments)

    def _run(self, name, *command):
        done = run(*command)
        if self.log:
            for line in done.lines:
                print(json.dumps(dict(line, program=name)), file=self.log)
            print(json.dumps(dict(program=name, arguments=[str(word) for word in command[2:]], outside=dict(
                seconds=round(done.wall, 3), mib=round(done.mib), spans=[round(s, 4) for s in done.spans]))),
                file=self.log, flush=True)
        return done


def median(values):
    """The middle value."""
    return statistics.median(values)
