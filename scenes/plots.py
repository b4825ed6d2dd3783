"""Who is there and what each does: the lobby of the bundled clip, and random plots from a seed."""
import numpy as np

SKINS = {"caucasian": (0.62, 0.36, 0.25), "asian": (0.55, 0.33, 0.20), "african": (0.17, 0.085, 0.05)}
HAIRS = {"male": ("short01", "short02", "short03", "short04"), "female": ("bob01", "bob02", "long01", "ponytail01")}
SUITS = {"male": tuple(f"male_casualsuit0{n}" for n in range(1, 7)) + ("male_worksuit01",),
         "female": ("female_casualsuit01", "female_casualsuit02", "female_elegantsuit01", "female_sportsuit01")}
HAIR_COLOURS = ((0.015, 0.010, 0.008), (0.06, 0.03, 0.015), (0.20, 0.11, 0.045), (0.25, 0.24, 0.23))
TOPS = ((0.03, 0.09, 0.30), (0.42, 0.05, 0.05), (0.55, 0.55, 0.52), (0.05, 0.22, 0.10), (0.5, 0.33, 0.05), (0.22, 0.07, 0.25))
TROUSERS = ((0.03, 0.04, 0.09), (0.02, 0.02, 0.022), (0.20, 0.15, 0.09), (0.10, 0.11, 0.12))


def look(rng, sex=None, **fixed):
    sex = sex or ("male", "female")[rng.integers(2)]
    race = tuple(SKINS)[rng.integers(3)]
    chosen = dict(sex=sex, race=race, weight=float(rng.uniform(-0.5, 0.5)), muscle=float(rng.uniform(-0.3, 0.6)),
                  age=float(rng.choice((0.0, 0.25, 0.6))), clothes=str(rng.choice(SUITS[sex])),
                  shoes=f"shoes0{rng.integers(1, 7)}", hair=str(rng.choice(HAIRS[sex])), eyebrows=f"eyebrow00{rng.integers(1, 10)}",
                  top=TOPS[rng.integers(len(TOPS))], trousers=TROUSERS[rng.integers(len(TROUSERS))],
                  shoe=(0.03, 0.022, 0.018), hair_colour=HAIR_COLOURS[rng.integers(len(HAIR_COLOURS))])
    chosen.update(fixed)
    chosen["skin"] = tuple(c * rng.uniform(0.88, 1.08) for c in SKINS[chosen["race"]])
    return chosen


def lobby(rng):
    """Five people, 22 s. The seats stand at x = -2.45 and -1.75, y = 1.75, facing the camera."""
    return [
        dict(look=look(rng, "male", race="caucasian", clothes="male_casualsuit04", hair="short02", top=TOPS[0], trousers=TROUSERS[2]),
             start=(-4.3, -0.35), heading=90,
             plot=[("walk", 4.4, -0.35, 1.22), ("stand", 4.0), ("walk", 2.6, 0.2, 1.0), ("walk", -0.2, 1.2, 1.0),
                   ("turn", 10, 0.6), ("talk", 30)]),
        dict(look=look(rng, "female", race="asian", clothes="female_casualsuit01", hair="bob01", top=TOPS[1], trousers=TROUSERS[0]),
             start=(3.0, 0.75), heading=-90,
             plot=[("walk", -1.2, 0.8, 1.1), ("walk", -1.75, 1.35, 0.9), ("turn", 8, 0.7), ("lean", 0.5, 0.5), ("sit", 9.5, 0.7),
                   ("lean", 0.6, 0.6), ("stand", 0.8, 0.6), ("walk", -1.2, 0.7, 0.9), ("turn", 60, 0.6), ("talk", 30)]),
        dict(look=look(rng, "male", race="african", clothes="male_casualsuit01", hair="short04", top=TOPS[2], trousers=TROUSERS[1], weight=0.1),
             start=(1.75, 0.9), heading=-25,
             plot=[("talk", 4.0), ("stand", 2.6), ("raise", 4.4, 0.8), ("stand", 3.0), ("walk", 2.15, 0.3, 0.9), ("turn", -57, 0.6),
                   ("stand", 1.0), ("phone", 30)]),
        dict(look=look(rng, "female", race="caucasian", clothes="female_sportsuit01", hair="ponytail01", top=TOPS[3], trousers=TROUSERS[1]),
             start=(0.6, 2.9), heading=0,
             plot=[("stand", 1.0), ("walk", -0.5, 0.1, 1.0), ("walk", -2.6, -0.2, 1.0), ("turn", 60, 0.6), ("phone", 5.0),
                   ("raise_left", 2.6, 0.7), ("stand", 1.0), ("walk", -4.6, -0.3, 1.1), ("stand", 30)]),
        dict(look=look(rng, "male", race="caucasian", clothes="male_casualsuit02", hair="short01", top=TOPS[4], trousers=TROUSERS[3],
                       age=0.6, hair_colour=HAIR_COLOURS[3]),
             start=(4.4, -0.9), heading=-90,
             plot=[("stand", 8.4), ("walk", -0.1, -0.75, 1.15), ("turn", -62, 0.4), ("stagger", 0.5, 0.5), ("drop", 0.4, 0.4),
                   ("lie", 30, 0.3)]),
    ]


def crowd(rng, people):
    """Random: everybody has a place and a habit, and now and then one falls."""
    cast = []
    for n in range(people):
        x, y = rng.uniform(-2.4, 2.4), rng.uniform(-0.6, 2.4)
        heading, plot = rng.uniform(-70, 70), []
        for _ in range(12):
            what = rng.choice(("walk", "walk", "stand", "talk", "phone", "raise", "raise_left"))
            if what == "walk":
                plot += [("walk", rng.uniform(-2.8, 2.8), rng.uniform(-0.8, 2.4), rng.uniform(0.8, 1.3)),
                         ("turn", rng.uniform(-80, 80), 0.6)]
            else:
                plot.append((str(what), rng.uniform(1.0, 3.5)))
        if n == 0:
            plot = plot[:5] + [("stagger", 0.5, 0.5), ("drop", 0.4, 0.4), ("lie", 60, 0.3)]
        cast.append(dict(look=look(rng), start=(x, y), heading=heading, plot=plot))
    return cast


def plot_of(name, seed, people):
    rng = np.random.default_rng(seed)
    return lobby(rng) if name == "lobby" else crowd(rng, people)
