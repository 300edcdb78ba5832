"""The step of workload.mjs in PyTorch, by hand: `nano_peer.py STEPS [TOKENS]`.

The update has its rows packed, sorted by length, and padded in micro-batches; the rollout keeps keys and values in tensors that are made once.
Shapes are orsta-nano's; weights are random, and images count as encoded. Prints one line of JSON with medians in seconds, by the clock and of the
processor. Set OMP_NUM_THREADS to 1 to compare with one rank.
"""
import json
import sys
import time

import torch
import torch.nn.functional as F

STEPS, TOKENS = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1024
WIDTH, INNER, LAYERS, HEADS, KEY_HEADS, DIM, VOCABULARY = 128, 320, 4, 4, 2, 32, 896
ROWS, RESPONSES, IMAGE, SAMPLED = 32, 8, 38, 26
TASKS = [(14, 2), (20, 4), (12, 1), (24, 5), (18, 3), (26, 9), (20, 12), (22, 23)]
torch.manual_seed(1)


def parameter(*shape):
    return torch.nn.Parameter(torch.randn(*shape) * shape[-1] ** -0.5)


embedding = torch.nn.Parameter(torch.randn(VOCABULARY, WIDTH) * 0.02)
blocks = [
    dict(
        n1=torch.nn.Parameter(torch.ones(WIDTH)), n2=torch.nn.Parameter(torch.ones(WIDTH)),
        q=parameter(HEADS * DIM, WIDTH), qb=torch.nn.Parameter(torch.zeros(HEADS * DIM)),
        k=parameter(KEY_HEADS * DIM, WIDTH), kb=torch.nn.Parameter(torch.zeros(KEY_HEADS * DIM)),
        v=parameter(KEY_HEADS * DIM, WIDTH), vb=torch.nn.Parameter(torch.zeros(KEY_HEADS * DIM)),
        o=parameter(WIDTH, HEADS * DIM), gate=parameter(INNER, WIDTH), up=parameter(INNER, WIDTH), down=parameter(WIDTH, INNER),
    )
    for _ in range(LAYERS)
]
final = torch.nn.Parameter(torch.ones(WIDTH))
parameters = [embedding, final, *(p for block in blocks for p in block.values())]
optimizer = torch.optim.AdamW(parameters, lr=1e-12, betas=(0.9, 0.98), weight_decay=0)


def pack(key):
    """Tokens, positions and segments of a row; then which token predicts which target with which advantage."""
    text, response = TASKS[key % len(TASKS)]
    prefix = IMAGE + text
    row = dict(ids=[40 + (i * 7 + key) % 200 for i in range(prefix)], positions=list(range(prefix)), segments=[0] * prefix, targets=[])
    for g in range(RESPONSES):
        length = max(1, response + (key + g) % 3 - 1)
        tokens = [40 + (i * 7 + key + g) % 200 for i in range(length)]
        begin = len(row["ids"])
        row["targets"] += [(prefix - 1 if i == 0 else begin + i - 1, tokens[i], g - 3.5) for i in range(length)]
        row["ids"] += tokens[:-1]
        row["positions"] += list(range(prefix, prefix + length - 1))
        row["segments"] += [g + 1] * (length - 1)
    return row


def batches():
    parts = []
    for row in sorted((pack(key) for key in range(ROWS)), key=lambda row: -len(row["ids"])):
        if parts and (len(parts[-1]) + 1) * len(parts[-1][0]["ids"]) <= TOKENS:
            parts[-1].append(row)
        else:
            parts.append([row])
    for part in parts:
        time_ = len(part[0]["ids"])
        pad = lambda name, value: torch.tensor([row[name] + [value] * (time_ - len(row["ids"])) for row in part])
        segments = pad("segments", -1)
        order = torch.arange(time_)
        same = segments[:, :, None] == segments[:, None, :]
        seen = (order[:, None] >= order) & (same | ((segments == 0)[:, None, :] & (segments > 0)[:, :, None]))
        flat = [(b * time_ + at, token, advantage) for b, row in enumerate(part) for at, token, advantage in row["targets"]]
        yield pad("ids", 0), seen[:, None], *tables(pad("positions", 0)), *(torch.tensor(column) for column in zip(*flat))


def norm(x, weight):
    return F.rms_norm(x, (WIDTH,), weight, 1e-6)


def rotate(x, cos, sin):
    half = DIM // 2
    return x * cos + torch.cat([-x[..., half:], x[..., :half]], -1) * sin


def loss_of(ids, seen, cos, sin, at, targets, advantage, count):
    hidden = F.embedding(ids, embedding)
    for b in blocks:
        hidden = block(hidden, b, cos, sin, lambda q, k, v: F.scaled_dot_product_attention(q, k, v, attn_mask=seen, enable_gqa=True))
    logits = F.linear(norm(hidden, final).flatten(0, 1)[at], embedding)
    log_probs = logits.log_softmax(-1).gather(-1, targets[:, None]).squeeze(-1)
    ratio = (log_probs - log_probs.detach()).exp()
    return -torch.minimum(ratio * advantage, ratio.clamp(0.8, 1.28) * advantage).sum() / count


def block(hidden, b, cos, sin, mix):
    split = lambda y, heads: y.unflatten(-1, (heads, DIM)).transpose(-3, -2)
    x = norm(hidden, b["n1"])
    q, k = rotate(split(F.linear(x, b["q"], b["qb"]), HEADS), cos, sin), rotate(split(F.linear(x, b["k"], b["kb"]), KEY_HEADS), cos, sin)
    hidden = hidden + F.linear(mix(q, k, split(F.linear(x, b["v"], b["vb"]), KEY_HEADS)).transpose(-3, -2).flatten(-2), b["o"])
    x = norm(hidden, b["n2"])
    return hidden + F.linear(F.silu(F.linear(x, b["gate"])) * F.linear(x, b["up"]), b["down"])


def tables(positions):
    angle = positions[..., None] * (1e5 ** (-torch.arange(0, DIM, 2) / DIM))
    angle = torch.cat([angle, angle], -1)[:, None]
    return angle.cos(), angle.sin()


@torch.no_grad()
def rollout():
    """Every prompt once, padded to the longest; then all responses a token at a time."""
    prefixes = [IMAGE + TASKS[key % len(TASKS)][0] for key in range(ROWS)]
    longest = max(prefixes)
    ids = torch.tensor([[40 + (i * 7 + key) % 200 for i in range(longest)] for key in range(ROWS)])
    ends = torch.tensor(prefixes)
    every = ends.repeat_interleave(RESPONSES)
    caches = [torch.zeros(2, ROWS * RESPONSES, KEY_HEADS, longest + SAMPLED, DIM) for _ in blocks]
    cos, sin = tables(torch.arange(longest).expand(ROWS, -1))
    hidden = F.embedding(ids, embedding)
    for b, cache in zip(blocks, caches):
        def prefill(q, k, v):
            cache[0, :, :, :longest] = k.repeat_interleave(RESPONSES, 0)
            cache[1, :, :, :longest] = v.repeat_interleave(RESPONSES, 0)
            return F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=True)

        hidden = block(hidden, b, cos, sin, prefill)
    hidden = hidden[torch.arange(ROWS), ends - 1].repeat_interleave(RESPONSES, 0)
    # What is seen: the prompt without its padding, and what has been sampled.
    slots = torch.arange(longest + SAMPLED)
    sampled = []
    for i in range(SAMPLED):
        token = torch.multinomial(F.linear(norm(hidden, final), embedding).softmax(-1), 1)
        sampled.append(token)
        if i + 1 == SAMPLED:
            break
        at = longest + i
        seen = ((slots < every[:, None]) | ((slots >= longest) & (slots <= at)))[:, None, None, : at + 1]
        cos, sin = tables(every[:, None] + i)
        hidden = F.embedding(token, embedding)
        for b, cache in zip(blocks, caches):
            def step(q, k, v):
                cache[0, :, :, at : at + 1] = k
                cache[1, :, :, at : at + 1] = v
                return F.scaled_dot_product_attention(q, cache[0, :, :, : at + 1], cache[1, :, :, : at + 1], attn_mask=seen, enable_gqa=True)

            hidden = block(hidden, b, cos, sin, step)
        hidden = hidden[:, 0]
    return torch.cat(sampled, 1)


def update():
    optimizer.zero_grad(set_to_none=True)
    for batch in work:
        loss_of(*batch, count).backward()
    torch.nn.utils.clip_grad_norm_(parameters, 1.0)
    optimizer.step()


work = list(batches())
count = sum(len(batch[4]) for batch in work)
seconds = {"rollout": [], "update": []}
processor = {"rollout": [], "update": []}
for _ in range(STEPS):
    for name, task in (("rollout", rollout), ("update", update)):
        began, used = time.perf_counter(), time.process_time()
        task()
        seconds[name].append(time.perf_counter() - began)
        processor[name].append(time.process_time() - used)


def medians(times):
    return {name: sorted(all[1:])[(len(all) - 1) // 2] for name, all in times.items()}


tokens = sum(batch[0].numel() for batch in work)
print(json.dumps({"peer": f"torch {torch.__version__}", "threads": torch.get_num_threads(), "paddedTokens": tokens, "targets": count, **medians(seconds), "processor": medians(processor)}))
