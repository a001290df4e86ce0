#!/usr/bin/env python3
"""Reference values of the losses of judged answers, from PyTorch, transformers and PEFT (fp32).

The model is tiny/llama, the adapter golden.json's closed formula (see FormulaAdapter.swift), the reference the same
model with the adapter off. Losses as in TRL: `sigmoid` with `rpo_alpha` for pairs, KTO's `apo_zero_unpaired` for bad
answers. Writes tiny/llama/preference.json.
usage: make-preference.py   (needs torch, transformers, peft)
"""
import json, math, os
import numpy as np, torch
import torch.nn.functional as F
from transformers import AutoModelForCausalLM
from peft import LoraConfig, get_peft_model

folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "llama")
golden = json.load(open(os.path.join(folder, "golden.json")))
rows, labels, targets = golden["rows"], golden["labels"], golden["targets"]


def answer(prompt, reply):
    return dict(tokens=prompt + reply, trained=[0] * len(prompt) + [1] * len(reply))


example = dict(tokens=rows[1], trained=[int(l != -100) for l in labels[1]])
pairs = [
    dict(chosen=answer(rows[0][:10], rows[1][9:18]), rejected=answer(rows[0][:10], rows[2][3:15])),
    dict(chosen=answer(rows[2][:12], rows[0][5:11]), rejected=answer(rows[2][:12], rows[1][2:13])),
]
bad = answer(rows[0][:6], rows[0][6:20])


def value(name, layer, place, shape):
    i = np.arange(int(np.prod(shape)), dtype=np.float64)
    v = np.sin(0.7311 * i + 1.3 * layer + 0.9 * place) / math.sqrt(shape[1]) if name == "A" \
        else 0.05 * np.cos(0.3779 * i + 0.7 * layer + 1.1 * place)
    return torch.from_numpy(v.reshape(shape).astype(np.float32))


def tuned_model():
    model = AutoModelForCausalLM.from_pretrained(folder, attn_implementation="eager").float()
    tuned = get_peft_model(model, LoraConfig(r=golden["rank"], lora_alpha=golden["alpha"], lora_dropout=0.0,
                                             target_modules=targets, task_type="CAUSAL_LM"))
    with torch.no_grad():
        for n, p in tuned.named_parameters():
            if "lora_" in n:
                layer = int(n.split(".layers.")[1].split(".")[0])
                place = targets.index(n.split(".lora_")[0].split(".")[-1])
                p.copy_(value("A" if "lora_A" in n else "B", layer, place, tuple(p.shape)))
    return tuned


def logps(model, item):
    ids = torch.tensor([item["tokens"]])
    each = F.log_softmax(model(input_ids=ids).logits[0, :-1], -1).gather(-1, ids[0, 1:, None])[:, 0]
    return each[torch.tensor(item["trained"][1:]) == 1]


def loss_of(model, examples, pairs, bads, beta, alpha):
    def ratio(item):
        with torch.no_grad(), model.disable_adapter():
            reference = logps(model, item).sum()
        return logps(model, item).sum() - reference

    wanted = [(1.0, logps(model, e)) for e in examples] + [(alpha, logps(model, p["chosen"])) for p in pairs]
    margins = [beta * (ratio(p["chosen"]) - ratio(p["rejected"])) for p in pairs]
    ratios = [beta * ratio(b) for b in bads]
    judged = [-F.logsigmoid(m) for m in margins] + [torch.sigmoid(r) for r in ratios]
    tokens = sum(len(l) for _, l in wanted)
    loss = -sum(w * l.sum() for w, l in wanted) / max(1, tokens) + sum(judged) / (len(examples) + len(judged))
    return loss, [m.item() for m in margins] + [-r.item() for r in ratios]


cases = []
for name, examples, some, bads, beta, alpha in [
    ("pairs", [], pairs, [], 0.1, 0.0), ("pairs with their chosen answers", [], pairs, [], 0.3, 0.7),
    ("a bad answer", [], [], [bad], 0.2, 1.0), ("all kinds", [example], pairs, [bad], 0.5, 1.0),
]:
    model = tuned_model()
    parameters = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
    loss, margins = loss_of(model, examples, some, bads, beta, alpha)
    loss.backward()
    norms = {n.replace("base_model.model.", "").replace(".default.weight", ""): p.grad.norm().item()
             for n, p in parameters}
    optimiser = torch.optim.AdamW([p for _, p in parameters], lr=1e-3, weight_decay=0.0)
    losses = []
    for _ in range(6):
        optimiser.zero_grad(set_to_none=True)
        step, _ = loss_of(model, examples, some, bads, beta, alpha)
        step.backward()
        optimiser.step()
        losses.append(step.item())
    cases.append(dict(name=name, examples=examples, pairs=some, bad=bads, beta=beta, chosen_weight=alpha,
                      loss=loss.item(), margins=margins, gradient_norms=norms, adamw_losses=losses))
    print(name, loss.item(), margins, losses[-1])
json.dump(cases, open(os.path.join(folder, "preference.json"), "w"), separators=(",", ":"))
