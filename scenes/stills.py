"""Renders single pictures of one or two people who lie, have fallen, curl up, sit on the floor, crawl, climb or reach, with exact keypoints.

    blender -b -P scenes/stills.py -- --material FOLDER --out runs/stills --count 3000

To learn from: pictures and people.json (COCO's keypoint form) come into --out, which git ignores under runs/. A picture depends on the seed and its number
alone; those that are there already are kept, so an interrupted run goes on. `scene` in an image's entry is the number of the hall, colours and lights, by which
pictures are held out: --held-out N marks every Nth scene, whose pictures get a list of their own (held-out.json).
"""
import argparse
import json
import os
import sys

import bpy
import numpy as np

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import body      # noqa: E402
import figure    # noqa: E402
import keypoints  # noqa: E402
import motion    # noqa: E402
import plots     # noqa: E402
import room      # noqa: E402

_PER_SCENE = 20            # pictures in one hall, with one light: to furnish costs more than to move
_CAST = 2                  # people made for a hall; each picture shows one of them, or both
_WOBBLE_DEGREES = 9        # deviation of every joint from its pose
_HEIGHTS, _DISTANCES, _VIEWS = (1.5, 4.0), (2.0, 4.6), (40, 68)   # of the camera: metres, metres, degrees

pose = motion.pose
POSES = {
    "lie": motion.POSES["lie"],
    "face down": pose(pitch=88, roll=4, bend=-4, nod=-12, look=50, hip_l=-4, hip_r=12, spread_l=14, spread_r=20, knee_l=8, knee_r=34,
                      ankle_l=-30, ankle_r=-34, arm_l=150, arm_r=20, out_l=30, out_r=46, elbow_l=50, elbow_r=66),
    "on the side": pose(pitch=-6, roll=86, bend=16, nod=10, hip_l=38, hip_r=26, knee_l=52, knee_r=40, arm_l=46, arm_r=62, elbow_l=60, elbow_r=78),
    "curled": pose(pitch=-10, roll=84, bend=52, nod=34, hip_l=112, hip_r=104, knee_l=122, knee_r=116, arm_l=58, arm_r=64, elbow_l=108, elbow_r=116),
    "sit on the floor": pose(pitch=-14, bend=22, hip_l=84, hip_r=78, spread_l=12, spread_r=16, knee_l=26, knee_r=48, arm_l=-24, arm_r=-20, out_l=26, out_r=28,
                             elbow_l=14, elbow_r=18),
    "hug the knees": pose(pitch=-8, bend=38, nod=22, hip_l=118, hip_r=116, knee_l=126, knee_r=122, arm_l=52, arm_r=54, elbow_l=70, elbow_r=72),
    "crawl": pose(pitch=76, bend=6, nod=-34, hip_l=96, hip_r=70, knee_l=96, knee_r=78, arm_l=98, arm_r=74, elbow_l=12, elbow_r=22),
    "kneel": pose(bend=12, hip_l=14, hip_r=80, knee_l=100, knee_r=92, arm_l=28, arm_r=34, elbow_l=34, elbow_r=42),
    "crouch": pose(pitch=14, bend=36, hip_l=112, hip_r=108, spread_l=14, spread_r=14, knee_l=128, knee_r=124, ankle_l=22, ankle_r=22, arm_l=40, arm_r=44, elbow_l=48, elbow_r=44),
    "climb": pose(pitch=10, hip_l=86, hip_r=6, knee_l=98, knee_r=14, arm_l=120, arm_r=158, out_l=20, out_r=16, elbow_l=56, elbow_r=24, nod=-20),
    "reach up": pose(out_l=20, out_r=20, arm_l=168, arm_r=150, elbow_l=8, elbow_r=26, nod=-26, bend=-8),
    "reach down": pose(pitch=16, bend=66, nod=20, hip_l=52, hip_r=44, knee_l=18, knee_r=24, arm_l=66, arm_r=58, elbow_l=10, elbow_r=16),
    "sit": motion.POSES["sit"], "stagger": motion.POSES["stagger"], "drop": motion.POSES["drop"], "stand": motion.STAND,
}
# Who lies is what networks miss; standing people are here so that nobody is taken for lying because the picture is a rendered one.
_CHANCES = np.array([4, 4, 4, 4, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 2, 1], float)


def arguments():
    p = argparse.ArgumentParser(prog="blender -b -P stills.py --", description=__doc__.splitlines()[0])
    p.add_argument("--material", required=True, help="folder with MakeHuman's meshes (README.md)")
    p.add_argument("--out", required=True, help="folder of the pictures")
    p.add_argument("--count", type=int, default=3000)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--side", type=int, default=320, help="pixels of a square picture's edge")
    p.add_argument("--samples", type=int, default=8)
    p.add_argument("--held-out", type=int, default=10, help="every such scene is held out; 0: none")
    return p.parse_args(sys.argv[sys.argv.index("--") + 1:] if "--" in sys.argv else [])


def wobbled(angles, rng):
    """A pose, or a way between two, that nobody else takes: mirrored half of the time, every joint a little different."""
    out = {k: v + rng.normal(0, _WOBBLE_DEGREES) * (0.3 if k in ("pitch", "roll") else 1) for k, v in angles.items()}
    for side in "lr":
        out[f"knee_{side}"], out[f"elbow_{side}"] = max(0, out[f"knee_{side}"]), max(0, out[f"elbow_{side}"])   # they bend one way
    if rng.random() < 0.5:
        swapped = {k[:-1] + ("r" if k.endswith("l") else "l"): v for k, v in out.items() if k.endswith(("_l", "_r"))}
        out = {**out, **swapped, "roll": -out["roll"], "twist": -out["twist"], "look": -out["look"]}
    return out


def prepare(a, number):
    """An empty world with the hall and the people of a scene."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene, rng = bpy.context.scene, np.random.default_rng([a.seed, number])
    scene.render.engine = "CYCLES"
    scene.cycles.device, scene.cycles.samples, scene.cycles.use_adaptive_sampling = "CPU", a.samples, False
    scene.cycles.max_bounces, scene.cycles.diffuse_bounces, scene.cycles.use_denoising = 3, 1, False
    scene.cycles.sample_clamp_indirect = 2.0
    scene.render.use_persistent_data = True
    scene.render.resolution_x = scene.render.resolution_y = a.side
    scene.render.resolution_percentage = 100
    scene.render.image_settings.file_format, scene.render.image_settings.quality = "JPEG", 92
    scene.view_settings.view_transform = "Filmic"
    scene.view_settings.exposure = float(rng.uniform(0, 0.7))
    room.furnish("lobby" if rng.random() < 0.3 else "hall", rng)
    room.illuminate(float(rng.uniform(0.4, 1.3)))
    library = body.Library(a.material)
    return scene, [figure.Figure(library, plots.look(rng), n + 1) for n in range(_CAST)]


def photograph(a, scene, people, number, picture):
    """Renders a picture unless it is there; -> its annotations."""
    rng = np.random.default_rng([a.seed, number, picture])
    for old in [o for o in bpy.data.objects if o.type == "CAMERA"]:
        bpy.data.objects.remove(old)
    camera = room.aim(rng.uniform(*_HEIGHTS), rng.uniform(*_DISTANCES), rng.uniform(0.1, 0.7), rng.uniform(*_VIEWS))
    camera.rotation_euler[1] += float(rng.normal(0, 0.05))   # no camera hangs quite straight
    shown = [people[i] for i in rng.permutation(len(people))[:1 + (rng.random() < 0.3)]]
    placed = []
    for who in people:
        who.show(who in shown)
    for n, who in enumerate(shown):
        name = str(rng.choice(list(POSES), p=_CHANCES / _CHANCES.sum()))
        at = rng.uniform(-0.7, 0.7, 2) + [n * rng.choice([-1.3, 1.3]), 0]
        angles = wobbled(POSES[name], rng)
        placed.append((who, name, *who.place([angles[k] for k in motion.ANGLES], rng.uniform(0, 2 * np.pi), at, middle=True)))
    bpy.context.view_layer.update()
    depsgraph = bpy.context.evaluated_depsgraph_get()
    projector = keypoints.Projector(camera, a.side, a.side)
    found = [(name, keypoints.annotate(projector, scene, depsgraph, joints, vertices, who.owner)) for who, name, joints, vertices in placed]
    scene.cycles.seed = picture
    scene.render.filepath = os.path.join(a.out, f"{picture:05d}.jpg")
    if not os.path.exists(scene.render.filepath):
        bpy.ops.render.render(write_still=True)
    return [dict(action=name, **one) for name, one in found if one]


def write(path, images, annotations):
    data = dict(info=dict(description="EdgePose stills: rendered, exact keypoints"), images=images, annotations=annotations,
                categories=[dict(id=1, name="person", keypoints=keypoints.NAMES, skeleton=keypoints.SKELETON)])
    with open(path + ".part", "w", encoding="utf-8") as file:
        json.dump(data, file, separators=(",", ":"))
    os.replace(path + ".part", path)


def main():
    a = arguments()
    a.out = os.path.abspath(a.out)
    os.makedirs(a.out, exist_ok=True)
    lists = {"people.json": ([], []), "held-out.json": ([], [])}
    for first in range(0, a.count, _PER_SCENE):
        number = first // _PER_SCENE
        scene, people = prepare(a, number)
        images, annotations = lists["held-out.json" if a.held_out and number % a.held_out == a.held_out - 1 else "people.json"]
        for picture in range(first, min(first + _PER_SCENE, a.count)):
            images.append(dict(id=picture, file_name=f"{picture:05d}.jpg", width=a.side, height=a.side, scene=number))
            for one in photograph(a, scene, people, number, picture):
                annotations.append(dict(id=len(annotations) + 1, image_id=picture, **one))
        for name, both in lists.items():
            write(os.path.join(a.out, name), *both)


main()
