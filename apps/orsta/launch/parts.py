"""The parts of a Qwen2.5-VL model by the names of its parameters, as `trainer.freeze` calls them."""

PARTS = {
    "connector": lambda name: ".merger." in name,
    "vit": lambda name: "visual." in name and ".merger." not in name,
    "llm": lambda name: "visual." not in name,
}


def freeze(model, parts):
    """Takes the gradient from the parameters of these parts. A part without any is an error: the model is laid out in another way."""
    names = dict(model.named_parameters())
    for part in parts:
        own = [parameter for name, parameter in names.items() if PARTS[part](name)]
        if not own:
            raise RuntimeError("No parameter belongs to {}: the model is not laid out as Qwen2.5-VL".format(part))
        for parameter in own:
            parameter.requires_grad_(False)
