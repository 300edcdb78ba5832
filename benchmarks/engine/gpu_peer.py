"""The work of decoder-work.mjs in PyTorch, by hand: rows packed as ours are, keys and values cached. `gpu_peer.py WIDTH STEPS [DEVICE]`.

Prints one line of JSON. float32; TF32 is off unless PEER_TF32=1.
"""
import json
import os
import sys
import time

import torch
import torch.nn.functional as F

WIDTH, STEPS = int(sys.argv[1]), int(sys.argv[2])
DEVICE = sys.argv[3] if len(sys.argv) > 3 else "cuda"
PROMPTS, RESPONSES, PROMPT, RESPONSE, LAYERS, VOCABULARY = 8, 8, 60, 24, 4, 512
HEADS, KEY_HEADS = max(2, WIDTH // 64), 2
DIM, INNER = WIDTH // HEADS, WIDTH * 3
TF32 = os.environ.get("PEER_TF32") == "1"
torch.backends.cuda.matmul.allow_tf32 = TF32
torch.manual_seed(1)


def parameter(*shape, std):
    return torch.nn.Parameter(torch.randn(*shape, device=DEVICE) * std)


def constant(value, *shape):
    return torch.nn.Parameter(torch.full(shape, float(value), device=DEVICE))


embedding = parameter(VOCABULARY, WIDTH, std=0.02)
blocks = [
    dict(
        n1=constant(1, WIDTH),
        q=parameter(HEADS * DIM, WIDTH, std=WIDTH**-0.5), qb=constant(0, HEADS * DIM),
        k=parameter(KEY_HEADS * DIM, WIDTH, std=WIDTH**-0.5), kb=constant(0, KEY_HEADS * DIM),
        v=parameter(KEY_HEADS * DIM, WIDTH, std=WIDTH**-0.5), vb=constant(0, KEY_HEADS * DIM),
        o=parameter(WIDTH, HEADS * DIM, std=WIDTH**-0.5 / 3),
        n2=constant(1, WIDTH),
        gate=parameter(INNER, WIDTH, std=WIDTH**-0.5), up=parameter(INNER, WIDTH, std=WIDTH**-0.5),
        down=parameter(WIDTH, INNER, std=INNER**-0.5 / 3),
    )
    for _ in range(LAYERS)
]
final = constant(1, WIDTH)
parameters = [embedding, final, *(p for block in blocks for p in block.values())]
optimizer = torch.optim.AdamW(parameters, lr=1e-6, betas=(0.9, 0.98), weight_decay=0, fused=True)


def norm(x, weight):
    return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-6) * weight


def rotary(positions):
    frequency = 1e6 ** (-torch.arange(0, DIM, 2, device=DEVICE) / DIM)
    angle = positions[..., None] * frequency
    angle = torch.cat([angle, angle], -1)
    return angle.cos(), angle.sin()


def rotate(x, tables):
    half = DIM // 2
    turned = torch.cat([-x[..., half:], x[..., :half]], -1)
    return x * tables[0] + turned * tables[1]


def decode(hidden, tables, mix):
    for layer, b in enumerate(blocks):
        x = norm(hidden, b["n1"])
        split = lambda y, heads: y.unflatten(-1, (heads, DIM)).transpose(-3, -2)
        q = rotate(split(F.linear(x, b["q"], b["qb"]), HEADS), tables)
        k = rotate(split(F.linear(x, b["k"], b["kb"]), KEY_HEADS), tables)
        v = split(F.linear(x, b["v"], b["vb"]), KEY_HEADS)
        hidden = hidden + F.linear(mix(layer, q, k, v).transpose(-3, -2).flatten(-2), b["o"])
        x = norm(hidden, b["n2"])
        hidden = hidden + F.linear(F.silu(F.linear(x, b["gate"])) * F.linear(x, b["up"]), b["down"])
    return norm(hidden, final)


def tokens(length, offset):
    return [40 + ((i * 7 + offset) % 200) for i in range(length)]


# The last token of a response is predicted and not fed.
FED = RESPONSE - 1
TIME = PROMPT + RESPONSES * FED
ids = torch.tensor([tokens(PROMPT, p) + [t for g in range(RESPONSES) for t in tokens(RESPONSE, g)[:FED]] for p in range(PROMPTS)], device=DEVICE)
positions = torch.tensor(list(range(PROMPT)) + list(range(PROMPT, PROMPT + FED)) * RESPONSES, device=DEVICE)
segments = torch.tensor([0] * PROMPT + [g + 1 for g in range(RESPONSES) for _ in range(FED)], device=DEVICE)
order = torch.arange(TIME, device=DEVICE)
seen = (order[:, None] >= order) & ((segments == 0) | (segments[:, None] == segments))
targets = torch.tensor([tokens(RESPONSE, g) for g in range(RESPONSES)], device=DEVICE).expand(PROMPTS, -1, -1)
predicting = torch.tensor([[PROMPT - 1] + [PROMPT + g * FED + i for i in range(FED)] for g in range(RESPONSES)], device=DEVICE)
advantage = (torch.arange(RESPONSES, device=DEVICE) - 3.5)[None, :, None]


def attend(q, k, v, mask=None):
    return F.scaled_dot_product_attention(q, k, v, attn_mask=mask, enable_gqa=True)


def update():
    hidden = decode(F.embedding(ids, embedding), rotary(positions), lambda _, q, k, v: attend(q, k, v, seen))
    logits = F.linear(hidden[:, predicting], embedding)
    log_probs = logits.log_softmax(-1).gather(-1, targets[..., None]).squeeze(-1)
    ratio = (log_probs - log_probs.detach()).exp()
    loss = -torch.minimum(ratio * advantage, ratio.clamp(0.8, 1.28) * advantage).mean()
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(parameters, 1.0)
    optimizer.step()
    return loss.item()


@torch.no_grad()
def rollout():
    caches = [None] * LAYERS

    def prefill(layer, q, k, v):
        caches[layer] = (k.repeat_interleave(RESPONSES, 0), v.repeat_interleave(RESPONSES, 0))
        return F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=True)

    def step(layer, q, k, v):
        caches[layer] = tuple(torch.cat([old, new], 2) for old, new in zip(caches[layer], (k, v)))
        return attend(q, *caches[layer])

    hidden = decode(F.embedding(ids[:, :PROMPT], embedding), rotary(positions[:PROMPT]), prefill)[:, -1:].repeat_interleave(RESPONSES, 0)
    sampled = []
    for i in range(RESPONSE):
        token = torch.multinomial(F.linear(hidden[:, 0], embedding).softmax(-1), 1)
        sampled.append(token)
        if i + 1 < RESPONSE:
            hidden = decode(F.embedding(token, embedding), rotary(torch.tensor([PROMPT + i], device=DEVICE)), step)
    return torch.cat(sampled, 1).cpu()


def wait():
    if DEVICE == "cuda":
        torch.cuda.synchronize()


seconds = {"rollout": [], "update": []}
processor = {"rollout": [], "update": []}
for _ in range(STEPS):
    for name, work in (("rollout", rollout), ("update", update)):
        wait()
        began, used = time.perf_counter(), time.process_time()
        work()
        wait()
        seconds[name].append(time.perf_counter() - began)
        processor[name].append(time.process_time() - used)


def medians(times):
    return {name: sorted(all[1:])[len(all[1:]) // 2] for name, all in times.items()}


device = torch.cuda.get_device_name() if DEVICE == "cuda" else "cpu"
peak = torch.cuda.max_memory_allocated() / 2**20 if DEVICE == "cuda" else None
print(json.dumps({"peer": f"torch {torch.__version__}", "device": device, "width": WIDTH, "tf32": TF32, **medians(seconds), "processor": medians(processor), "all": seconds, "peakMB": peak, "parameters": sum(p.numel() for p in parameters)}))
