"""Renders a scene with people and writes its exact keypoints.

    blender -b -P scenes/render.py -- --material FOLDER --out scenes/lobby.mp4

README.md says what FOLDER holds and where it comes from.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

import bpy
import numpy as np

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import body      # noqa: E402
import figure    # noqa: E402
import keypoints  # noqa: E402
import motion    # noqa: E402
import plots     # noqa: E402
import room      # noqa: E402

# Few samples leave noise that costs 14 MB in H.264. The median takes the speckles, hqdn3d evens out what stays in place;
# stronger temporal filters (atadenoise over 33 frames) were tried and leave ghosts behind walkers.
SMOOTH = "median=radius=1,format=yuv420p,hqdn3d=5:4:5:4"


def arguments():
    p = argparse.ArgumentParser(prog="blender -b -P render.py --", description=__doc__.splitlines()[0])
    p.add_argument("--material", required=True, help="folder with MakeHuman's meshes (README.md)")
    p.add_argument("--out", required=True, help="the clip (.mp4); the keypoints go beside it (.json)")
    p.add_argument("--scene", default="lobby", choices=("lobby", "crowd"))
    p.add_argument("--seed", type=int, default=1, help="looks, gait phases, and for crowd the plot")
    p.add_argument("--people", type=int, default=5, help="how many, in a crowd")
    p.add_argument("--seconds", type=float, default=22)
    p.add_argument("--fps", type=int, default=15)
    p.add_argument("--width", type=int, default=640)
    p.add_argument("--height", type=int, default=360)
    p.add_argument("--camera", type=float, nargs=4, default=(2.4, 5.6, 0.85, 58),
                   metavar=("HEIGHT", "DISTANCE", "LOOK_AT_HEIGHT", "DEGREES"), help="metres and the horizontal angle of view")
    p.add_argument("--light", type=float, default=1.0)
    p.add_argument("--samples", type=int, default=7, help="Cycles samples a pixel; the encoder smooths the noise that is left")
    p.add_argument("--crf", type=int, default=25)
    p.add_argument("--frames", type=int, nargs="*", help="only these frames, as PNG files beside --out, and no clip")
    p.add_argument("--pictures", help="keep the frames here and reuse those that are there: an interrupted render goes on")
    return p.parse_args(sys.argv[sys.argv.index("--") + 1:] if "--" in sys.argv else [])


class Actor(figure.Figure):
    """A person with a plot."""

    def __init__(self, library, cast, track, fps, frames, seed):
        super().__init__(library, cast["look"], track)
        rng = np.random.default_rng([seed, track])
        self.track = track
        self.at, self.heading, self.angles, self.doing = motion.perform(cast["plot"], cast["start"], cast["heading"], fps, frames, rng)

    def pose(self, frame):
        """Moves the meshes; returns the world keypoints (17,3) and all vertices."""
        return self.place(self.angles[frame], self.heading[frame], self.at[frame])


def main():
    a = arguments()
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.cycles.device, scene.cycles.samples, scene.cycles.use_adaptive_sampling = "CPU", a.samples, False
    scene.cycles.max_bounces, scene.cycles.diffuse_bounces, scene.cycles.use_denoising = 3, 1, False
    scene.render.use_persistent_data = True   # the room is uploaded once, not once a frame
    scene.cycles.sample_clamp_indirect = 2.0
    scene.render.resolution_x, scene.render.resolution_y, scene.render.resolution_percentage = a.width, a.height, 100
    scene.view_settings.view_transform = "Filmic"
    scene.view_settings.look = "Medium High Contrast"
    scene.view_settings.exposure = 0.35
    frames = round(a.seconds * a.fps)
    room.furnish(a.scene, np.random.default_rng(a.seed))
    room.illuminate(a.light)
    camera = room.aim(*a.camera)
    library = body.Library(a.material)
    cast = plots.plot_of(a.scene, a.seed, a.people)
    actors = [Actor(library, c, n + 1, a.fps, frames, a.seed) for n, c in enumerate(cast)]
    bpy.context.view_layer.update()
    projector = keypoints.Projector(camera, a.width, a.height)
    stem = os.path.splitext(os.path.abspath(a.out))[0]
    images, annotations, actions = [], [], {str(actor.track): actor.doing for actor in actors}
    with tempfile.TemporaryDirectory() as temporary:
        folder = os.path.abspath(a.pictures or temporary)
        for frame in a.frames if a.frames else range(frames):
            posed = [actor.pose(frame) for actor in actors]
            bpy.context.view_layer.update()
            depsgraph = bpy.context.evaluated_depsgraph_get()
            images.append(dict(id=frame, file_name=f"{os.path.basename(stem)}.mp4#{frame}", width=a.width, height=a.height))
            for actor, (joints, vertices) in zip(actors, posed):
                found = keypoints.annotate(projector, scene, depsgraph, joints, vertices, actor.track)
                if found:
                    annotations.append(dict(id=len(annotations) + 1, image_id=frame, track_id=actor.track,
                                            action=actor.doing[frame], **found))
            scene.cycles.seed = frame
            scene.render.filepath = f"{stem}-{frame:04d}.png" if a.frames else os.path.join(folder, f"{frame:05d}.png")
            if not os.path.exists(scene.render.filepath):
                bpy.ops.render.render(write_still=True)
        if not a.frames:
            subprocess.run(["ffmpeg", "-y", "-loglevel", "error", "-framerate", str(a.fps), "-i", os.path.join(folder, "%05d.png"),
                            "-vf", SMOOTH, "-c:v", "libx264", "-preset", "medium", "-crf", str(a.crf), "-pix_fmt", "yuv420p", "-bf", "0",
                            "-g", str(a.fps), "-keyint_min", str(a.fps), "-sc_threshold", "0", "-movflags", "+faststart",
                            stem + ".mp4"], check=True)
    with open(stem + ".json", "w", encoding="utf-8") as f:
        json.dump(dict(info=dict(description=f"EdgePose scene {a.scene}, seed {a.seed}: rendered, exact keypoints", fps=a.fps,
                                 seconds=a.seconds),
                       categories=[dict(id=1, name="person", keypoints=keypoints.NAMES, skeleton=keypoints.SKELETON)],
                       images=images, annotations=annotations), f, separators=(",", ":"))
    for track, doing in actions.items():
        starts = [0] + [i for i in range(1, len(doing)) if doing[i] != doing[i - 1]]
        print("track", track, ", ".join(f"{doing[i]} from {i}" for i in starts))


main()
