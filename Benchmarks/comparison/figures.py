"""The table's rows: for each kind of work, a round of peer and Attune side by side, and the ratios it gives.

A round's function returns {row: (measured inside the programs, taken from outside)}; outside is None where nothing
but the program itself can know it.
"""
from .correction import correction
from .programs import Failure, median, root

data = root / "Benchmarks" / "data"
tutor = data / "tutor.jsonl"
layers = 30


class Row:
    """One target: `sense` is "≥" or "≤"."""

    def __init__(self, group, name, work, against, sense, target, shown=None):
        self.group, self.name, self.work, self.against = group, name, work, against
        self.sense, self.target = sense, target
        self.shown = shown or f"{target:g}"

    def holds(self, value):
        return value >= self.target if self.sense == "≥" else value <= self.target


rows = [
    Row("decode", "decode same", "decode, one row", "llama.cpp Q4_1", "≥", 1.5),
    Row("decode", "decode q4_0", "decode, one row", "llama.cpp Q4_0", "≥", 1.1),
    Row("decode", "decode share", "decode, one row", "memory's speed", "≥", 0.8),
    Row("diff", "diff one", "base + tuned, time", "one tuned row", "≤", 1.2),
    Row("diff", "diff llama", "base + tuned, rate", "llama.cpp Q4_1", "≥", 2.5),
    Row("suite", "suite same", "suite of 16 rows", "llama.cpp Q4_1", "≥", 4),
    Row("suite", "suite q4_0", "suite of 16 rows", "llama.cpp Q4_0", "≥", 2),
    Row("prefill", "prefill same", "prefill 512", "llama.cpp Q4_1", "≥", 3),
    Row("prefill", "prefill f16", "prefill 512", "llama.cpp F16", "≥", 1.2),
    Row("tune", "tune", "tune 8x128", "PEFT", "≥", 1.8),
    Row("tune", "memory", "tune 8x128, memory", "PEFT", "≤", 1 / 7, "1/7"),
    Row("tutor", "tutor", "tune tutor, all layers", "PEFT", "≥", 2.5),
    Row("tutor-last", "tutor last", "tune tutor, last 8", "PEFT, last 8", "≥", 3.5),
    Row("load", "load", "load", "llama.cpp Q4_1", "≤", 1),
    Row("load", "first token", "load + first token", "llama.cpp Q4_1", "≤", 1),
    Row("correction", "correction", "correction, seconds", "-", "≤", 5),
    Row("correction", "new answer", "its answer's loss", "-", "≤", 0.5),
    Row("correction", "the others", "the others' loss", "before", "≤", 1),
]

groups = list(dict.fromkeys(row.group for row in rows))


def in_turn(flip, *runs):
    """Runs one after another, in the opposite order every other round: what comes first has the cooler machine."""
    results = [None] * len(runs)
    for place in reversed(range(len(runs))) if flip else range(len(runs)):
        results[place] = runs[place]()
    return results


def rate(done, what):
    """Tokens a second, as the program says and from outside."""
    line = done.line(what)
    spans = done.spans
    tokens = line["tokens"] * line.get("rows", 1)
    return line["tokens_per_second"], tokens / median(spans)


def over(mine, peer):
    """Ratios, inside and outside."""
    return tuple(m / p for m, p in zip(mine, peer))


def decode(programs, flip):
    words = ("--only", "decode", "--rows", "1")
    same, ours, fastest = in_turn(
        flip, lambda: programs.llama("Q4_1", *words),
        lambda: programs.attune("--only", "bandwidth,decode", "--rows", "1"), lambda: programs.llama("Q4_0", *words))
    mine = rate(ours, "decode")
    line = ours.line("decode")
    bandwidth = ours.line("bandwidth")["gigabytes_per_second"] * 1e9
    return {"decode same": over(mine, rate(same, "decode")), "decode q4_0": over(mine, rate(fastest, "decode")),
            "decode share": (line["bandwidth_share"], line["weights_bytes_per_token"] * mine[1] / bandwidth)}


def diff(programs, flip):
    peer, ours = in_turn(flip, lambda: programs.llama("Q4_1", "--only", "decode", "--rows", "2"),
                         lambda: programs.attune("--only", "diff"))
    one, both = ours.spans[0::2], ours.spans[1::2]
    line = ours.line("diff")
    mine = (line["tokens_per_second"], line["tokens"] * 2 / median(both))
    return {"diff one": (line["seconds_over_one"], median([b / o for b, o in zip(both, one)])),
            "diff llama": over(mine, rate(peer, "decode"))}


def suite(programs, flip):
    words = ("--only", "decode", "--rows", "16")
    same, ours, fastest = in_turn(flip, lambda: programs.llama("Q4_1", *words), lambda: programs.attune(*words),
                                  lambda: programs.llama("Q4_0", *words))
    mine = rate(ours, "decode")
    return {"suite same": over(mine, rate(same, "decode")), "suite q4_0": over(mine, rate(fastest, "decode"))}


def prefill(programs, flip):
    words = ("--only", "prefill")
    same, ours, fastest = in_turn(flip, lambda: programs.llama("Q4_1", *words), lambda: programs.attune(*words),
                                  lambda: programs.llama("F16", *words))
    mine = rate(ours, "prefill")
    return {"prefill same": over(mine, rate(same, "prefill")), "prefill f16": over(mine, rate(fastest, "prefill"))}


def tuning_rate(done, first):
    """Tokens a second over the steps from `first` on (from 0), inside and outside."""
    line = done.line("tune")
    tokens = sum(line["step_tokens"][first:])
    return tokens / sum(line["step_seconds"][first:]), tokens / sum(done.spans[first:])


def tune(programs, flip):
    peer, ours = in_turn(flip, lambda: programs.peft("--batch", 8, "--length", 128, "--steps", programs.runs + 3),
                         lambda: programs.attune("--only", "tune", "--batch", 8, "--length", 128))
    return {"tune": over(tuning_rate(ours, 1), tuning_rate(peer, 1)),
            "memory": (ours.line("tune")["peak_mib"] / peer.line("tune")["peak_mib"], ours.mib / peer.mib)}


def tutor_runs(programs, flip, ours, peers):
    words = ("--data", tutor, "--batch", 8)
    peer, mine = in_turn(flip, lambda: programs.peft(*words, "--steps", 8, *peers),
                         lambda: programs.attune("--only", "tune", *words, "--epochs", 3, *ours))
    a, b = mine.line("tune"), peer.line("tune")
    # The same batches under the same weights: a fresh adapter changes nothing, so the first losses agree.
    if a["step_tokens"] != b["step_tokens"] or abs(a["losses"][0] / b["losses"][0] - 1) > 2e-3:
        raise Failure(f"Attune and PEFT did not do the same work: tokens {a['step_tokens']} and {b['step_tokens']}, "
                      f"first losses {a['losses'][0]} and {b['losses'][0]}")
    return mine, peer


def tutor_all(programs, flip):
    mine, peer = tutor_runs(programs, flip, (), ())
    return {"tutor": over(tuning_rate(mine, 1), tuning_rate(peer, 1))}


def tutor_last(programs, flip):
    mine, peer = tutor_runs(programs, flip, ("--layers", 8), ("--last-layers", 8))
    epoch = 24 // 8
    return {"tutor last": over(tuning_rate(mine, epoch), tuning_rate(peer, epoch))}


def load(programs, flip):
    found = {"load": [], "first token": []}
    for turn in range(3):
        for row, part, what in (("load", "load", "load"), ("first token", "first-token", "first_token")):
            peer, ours = in_turn(flip ^ (turn % 2 == 1), lambda: programs.llama("Q4_1", "--only", part),
                                 lambda: programs.attune("--only", part))
            found[row].append(over((ours.line(what)["seconds"], ours.spans[0]),
                                   (peer.line(what)["seconds"], peer.spans[0])))
    return {row: tuple(median(side) for side in zip(*ratios)) for row, ratios in found.items()}


measure = {"decode": decode, "diff": diff, "suite": suite, "prefill": prefill, "tune": tune, "tutor": tutor_all,
           "tutor-last": tutor_last, "load": load, "correction": lambda programs, flip: correction(programs)}
