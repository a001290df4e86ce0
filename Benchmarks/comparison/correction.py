"""From a corrected answer to the tuned one on screen, in the REPL, by this process's clock.

An adapter is tuned on the pirate's twelve examples until their mean loss is at most 0.5 a token: that is the state a
person is in, and is not counted. Then one answer is rewritten, a burst follows, and one prompt is compared at 48
tokens; counted is all from the rewriting's line to the comparison's last word.
"""
import json
import pathlib
import subprocess
import tempfile
import time

from .programs import Failure, root, run

pirate = root / "Benchmarks" / "data" / "pirate.jsonl"
# Which answer is rewritten, counted from 1, and what it becomes.
number = 4
answer = "Cheer up, matey! Every storm blows itself out by dawn, and there be warm grog in the galley for ye."
prompt = "I had a bad day."
# The burst after it, as a person would start it.
burst = "/tune"


class REPL:
    """`attune --json` behind a pipe."""

    def __init__(self, programs, folder):
        command = [programs.binary, "--json", "--model", programs.model, "--threads", programs.threads, "--session",
                   folder / "session.json"]
        self.chatter = open(folder / "chatter", "w+")
        self.process = subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=self.chatter, text=True)

    def ask(self, line, key):
        """Sends a line; returns its answer, the first one that has `key`."""
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        for text in self.process.stdout:
            found = json.loads(text)
            if key in found:
                return found
        self.chatter.seek(0)
        raise Failure(f"the REPL ended at {line}:\n{self.chatter.read()[-2000:]}")

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
        self.chatter.close()


def losses(programs, data, adapter):
    """(nats, trained tokens) of each example."""
    done = run(programs.binary, "score", "--json", "--model", programs.model, "--threads", programs.threads, "--data",
               data, "--adapter", adapter)
    return [(line["nll"], line["tokens"]) for line in done.lines if "index" in line]


def mean(items):
    return sum(nll for nll, _ in items) / sum(tokens for _, tokens in items)


def correction(programs):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        repl = REPL(programs, folder)
        try:
            return measured(programs, repl, folder)
        finally:
            repl.close()


def measured(programs, repl, folder):
    repl.ask(f"/import {pirate}", "added")
    repl.ask("/set max-tokens=48 temperature=0 learning-rate=5e-4 kl=none", "max-tokens")
    for attempt in range(20):
        repl.ask("/tune 12", "burst")
        before_adapter = folder / f"before{attempt}"
        repl.ask(f"/export {before_adapter}", "path")
        before = losses(programs, pirate, before_adapter)
        if mean(before) <= 0.5:
            break
    else:
        raise Failure(f"the examples' loss is {mean(before):.2f} after 240 steps, not 0.5")

    lines = [json.loads(line) for line in pirate.read_text().splitlines()]
    asked = lines[number - 1]["messages"][-2]["content"]
    start = time.perf_counter()
    repl.ask(f"/edit {number} {json.dumps(asked)} => {json.dumps(answer)}", "example")
    repl.ask(burst, "burst")
    repl.ask(f"/diff {prompt}", "comparison")
    seconds = time.perf_counter() - start

    lines[number - 1]["messages"][-1]["content"] = answer
    rewritten = folder / "rewritten.jsonl"
    rewritten.write_text("".join(json.dumps(line) + "\n" for line in lines))
    repl.ask(f"/export {folder / 'after'}", "path")
    after = losses(programs, rewritten, folder / "after")
    others = [place for place in range(len(lines)) if place != number - 1]
    nll, tokens = after[number - 1]
    return {"correction": (seconds, seconds), "new answer": (nll / tokens, None),
            "the others": (mean([after[place] for place in others]) / mean([before[place] for place in others]), None)}
