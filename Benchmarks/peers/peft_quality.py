#!/usr/bin/env python3
"""What PyTorch + PEFT makes of a few examples: held-out loss (nats a trained token) before and after, as one JSON line.

The recipe: rank 8, alpha 16, seven projections, batches of 4 shuffled by the seed, three warm-up
steps, the gradient clipped at 1. A line of TRAIN and HELD_OUT has `messages`, or `prompt` and `completion`.
usage: peft_quality.py MODEL.gguf TRAIN HELD_OUT [--seed 1] [--steps 12] [--learning-rate 1e-3] [--threads 2]
"""
import argparse, json, os, random
import torch
from peft import LoraConfig, get_peft_model
from tokenizers import pre_tokenizers
from transformers import AutoModelForCausalLM, AutoTokenizer, get_constant_schedule_with_warmup

ap = argparse.ArgumentParser()
ap.add_argument("model")
ap.add_argument("train")
ap.add_argument("held")
ap.add_argument("--seed", type=int, default=1)
ap.add_argument("--steps", type=int, default=12)
ap.add_argument("--learning-rate", type=float, default=1e-3)
ap.add_argument("--threads", type=int, default=2)
a = ap.parse_args()
torch.set_num_threads(a.threads)
torch.manual_seed(a.seed)
where = dict(pretrained_model_name_or_path=os.path.dirname(os.path.abspath(a.model)), gguf_file=os.path.basename(a.model))
tok = AutoTokenizer.from_pretrained(**where)
# transformers loses SmolLM2's digit splitter when it makes the tokenizer from the GGUF: put it back.
tok.backend_tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
    pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)])


def items(path):
    """Each line's tokens and labels: trained are the last turn and its end."""
    found = []
    for line in open(path):
        line = json.loads(line)
        turns = line.get("messages") or [dict(role="user", content=line["prompt"]),
                                         dict(role="assistant", content=line["completion"])]
        prompt = tok.apply_chat_template(turns[:-1], tokenize=False, add_generation_prompt=True)
        prompt, full = (tok(text, add_special_tokens=False).input_ids
                        for text in (prompt, prompt + turns[-1]["content"] + "<|im_end|>"))
        found.append((full, [-100] * len(prompt) + full[len(prompt):]))
    return found


def batch(rows):
    longest = max(len(ids) for ids, _ in rows)
    pad = lambda numbers, filler: numbers + [filler] * (longest - len(numbers))
    return dict(input_ids=torch.tensor([pad(ids, 2) for ids, _ in rows]),
                attention_mask=torch.tensor([pad([1] * len(ids), 0) for ids, _ in rows]),
                labels=torch.tensor([pad(labels, -100) for _, labels in rows]))


def loss_of(rows):
    """Mean over all trained tokens."""
    total = count = 0
    model.eval()
    with torch.no_grad():
        for row in rows:
            tokens = sum(label != -100 for label in row[1])
            total += float(model(**batch([row])).loss) * tokens
            count += tokens
    model.train()
    return total / count


model = AutoModelForCausalLM.from_pretrained(**where, dtype=torch.float32)
model.config.use_cache = False
model = get_peft_model(model, LoraConfig(
    r=8, lora_alpha=16, lora_dropout=0.0, task_type="CAUSAL_LM",
    target_modules=["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]))
trained = [p for p in model.parameters() if p.requires_grad]
optimiser = torch.optim.AdamW(trained, lr=a.learning_rate, weight_decay=0.0)
schedule = get_constant_schedule_with_warmup(optimiser, 3)
train, held = items(a.train), items(a.held)
before, order, shuffle = loss_of(held), [], random.Random(a.seed)
for _ in range(a.steps):
    if len(order) < 4:
        order += shuffle.sample(range(len(train)), len(train))
    rows, order = [train[index] for index in order[:4]], order[4:]
    model(**batch(rows)).loss.backward()
    torch.nn.utils.clip_grad_norm_(trained, 1.0)
    optimiser.step()
    schedule.step()
    optimiser.zero_grad()
print(json.dumps(dict(peer="peft", what="quality", seed=a.seed, steps=a.steps, learning_rate=a.learning_rate,
                      before=round(before, 4), after=round(loss_of(held), 4))))
