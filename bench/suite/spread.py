"""What samples say: never one figure alone, but the least, the quartiles and the most."""

import statistics


def summary(values):
    """{"least", "lower", "median", "upper", "most"}: lower and upper are the quartiles."""
    values = sorted(values)
    if len(values) == 1:
        lower = upper = values[0]
    else:
        lower, _, upper = statistics.quantiles(values, n=4, method="inclusive")
    return {"least": values[0], "lower": lower, "median": statistics.median(values), "upper": upper,
            "most": values[-1]}


def seconds_of(samples, what):
    """user, system, wall, or processor: user and system together."""
    if what == "processor":
        return [sample["user"] + sample["system"] for sample in samples]
    return [sample[what] for sample in samples]


def pairs(base, other, what):
    """base's time by the other's in each round that both had: how many times as fast the other was."""
    rounds = {sample["round"]: sample for sample in base["samples"]}
    ratios = []
    for sample in other["samples"]:
        if sample["round"] in rounds:
            first, = seconds_of([rounds[sample["round"]]], what)
            second, = seconds_of([sample], what)
            if first > 0 and second > 0:
                ratios.append(first / second * base["divisor"] / other["divisor"])
    return ratios


def speed_up(base, other, what="wall"):
    """How many times as fast as base the other is: by the least times, the medians, and from round to round. None where
    the times are too short for the clock."""
    ratios = pairs(base, other, what)
    if not ratios:
        return None
    scale = base["divisor"] / other["divisor"]
    first, second = (summary(seconds_of(cell["samples"], what)) for cell in (base, other))
    if not first["least"] or not second["least"]:
        return None
    return {"of_least": first["least"] / second["least"] * scale,
            "of_median": first["median"] / second["median"] * scale, "rounds": summary(ratios)}
