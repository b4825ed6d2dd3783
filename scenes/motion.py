"""How people move: a plot (a list of actions) becomes joint angles for every frame, and angles become bone poses.

Gait: hip and knee flexion over one cycle as clinical gait curves have them (heel strike at 0, toe-off at 0.6,
knee peak of 60 degrees at 0.72). The cycle advances with the distance walked, so that feet hardly slide.
"""
import numpy as np

# Degrees. Flexion is forward for hip and shoulder; the knee and the elbow bend the one way they can.
STAND = dict(pitch=0, roll=0, bend=2, twist=0, nod=4, look=0,
             hip_l=2, hip_r=-1, spread_l=4, spread_r=4, knee_l=4, knee_r=3, ankle_l=0, ankle_r=0,
             arm_l=2, arm_r=4, out_l=9, out_r=9, elbow_l=14, elbow_r=17, turn_l=0, turn_r=0)
ANGLES = tuple(STAND)


def pose(**changes):
    return {**STAND, **changes}


POSES = {
    "stand": STAND,
    "talk": pose(arm_r=30, elbow_r=75, turn_r=-15, arm_l=6, elbow_l=24, nod=2, twist=5),
    "phone": pose(arm_r=38, elbow_r=112, out_r=14, turn_r=-35, nod=18),
    "raise": pose(out_r=158, arm_r=8, elbow_r=12, bend=0, nod=-4, arm_l=4),
    "raise_left": pose(out_l=155, arm_l=8, elbow_l=15, bend=0, nod=-4),
    "sit": pose(pitch=-6, bend=10, hip_l=82, hip_r=80, spread_l=9, spread_r=9, knee_l=84, knee_r=82,
                arm_l=26, arm_r=24, elbow_l=62, elbow_r=66, turn_l=-22, turn_r=-22, out_l=10, out_r=10),
    "lean": pose(bend=34, nod=-6, hip_l=50, hip_r=50, knee_l=76, knee_r=76, arm_l=34, arm_r=34, elbow_l=30, elbow_r=30),
    "stagger": pose(pitch=-14, roll=8, bend=14, hip_l=30, hip_r=6, knee_l=44, knee_r=26, arm_l=50, arm_r=40,
                    out_l=55, out_r=60, elbow_l=40, elbow_r=35),
    "drop": pose(pitch=-52, roll=6, bend=22, nod=14, hip_l=66, hip_r=48, knee_l=72, knee_r=54, arm_l=20, arm_r=-20,
                 out_l=58, out_r=62, elbow_l=38, elbow_r=28),
    "lie": pose(pitch=-88, roll=0, bend=0, nod=2, look=14, hip_l=34, hip_r=6, spread_l=8, spread_r=12, knee_l=62, knee_r=10,
                ankle_l=-10, ankle_r=-24, arm_l=-2, arm_r=0, out_l=48, out_r=72, elbow_l=22, elbow_r=30),
}


def _bump(t, centre, width):
    d = (t - centre + 0.5) % 1.0 - 0.5
    return np.exp(-0.5 * (d / width) ** 2)


def gait(cycle, vigour=1.0):
    """Angles at a point of the gait cycle (1.0 = two steps)."""
    a = pose(bend=4, twist=6 * np.cos(2 * np.pi * cycle))
    for side, shift in (("l", 0.0), ("r", 0.5)):
        t = (cycle + shift) % 1.0
        a[f"hip_{side}"] = vigour * (7 + 23 * np.cos(2 * np.pi * t))
        a[f"knee_{side}"] = vigour * (5 + 14 * _bump(t, 0.14, 0.07) + 57 * _bump(t, 0.73, 0.11))
        a[f"ankle_{side}"] = vigour * (-18 * _bump(t, 0.62, 0.07) + 6 * _bump(t, 0.45, 0.12))
        a[f"spread_{side}"] = 2
        a[f"arm_{side}"] = 2 - vigour * 24 * np.cos(2 * np.pi * t)
        a[f"elbow_{side}"] = 22 - 9 * np.cos(2 * np.pi * t)
    return a


STRIDE = 1.40   # metres a cycle at these hip angles and a leg of 0.85 m


def perform(plot, start, heading, fps, frames, rng):
    """Plot -> (positions (F,2), headings (F,) radians, angles (F,len(ANGLES)), action name of each frame).

    Actions: ("walk", x, y, metres a second) | ("turn", heading degrees, seconds) | (pose name, seconds[, seconds to get there]).
    Heading 0 faces -y (the camera), 90 faces +x. The last action holds to the end.
    """
    at, turn = np.array(start, float), np.radians(heading)
    now, cycle = dict(STAND), rng.random()
    rows = []

    def emit(angles, name):
        rows.append((at.copy(), turn, [angles[k] for k in ANGLES], name))

    def mixed(a, b, share):
        return {k: a[k] + (b[k] - a[k]) * share for k in ANGLES}

    for action in plot:
        name = action[0]
        if name == "walk":
            goal, speed = np.array(action[1:3], float), action[3]
            way = goal - at
            wanted = np.arctan2(way[0], -way[1])
            for _ in range(max(1, round(np.linalg.norm(way) / speed * fps))):
                step = goal - at
                reach = min(speed / fps, np.linalg.norm(step))
                at = at + step / max(np.linalg.norm(step), 1e-6) * reach
                cycle += reach / STRIDE
                off = (wanted - turn + np.pi) % (2 * np.pi) - np.pi
                turn += np.clip(off, -3.6 / fps, 3.6 / fps)
                now = gait(cycle, min(1.0, 0.55 + 0.4 * speed))
                emit(now, name)
        elif name == "turn":
            wanted, count = np.radians(action[1]), max(1, round(action[2] * fps))
            off = (wanted - turn + np.pi) % (2 * np.pi) - np.pi
            for _ in range(count):
                turn += off / count
                cycle += 0.5 / count * abs(off) / 1.5
                now = mixed(gait(cycle, 0.35), STAND, 0.4)
                emit(now, name)
        else:
            before, target = now, POSES[name]
            ease = (action[2] if len(action) > 2 else 0.7) * fps
            phase = rng.random() * 6
            falls = name in ("stagger", "drop", "lie")
            # A falling body's pelvis goes back as it tips over its feet.
            back = np.array([-np.sin(turn), np.cos(turn)]) * {"stagger": 0.1, "drop": 0.5, "lie": 0.25}.get(name, 0)
            origin = at.copy()
            for k in range(max(1, round(action[1] * fps))):
                share = min(1.0, (k + 1) / max(ease, 1))
                share = share ** 1.6 if falls else 0.5 - 0.5 * np.cos(np.pi * share)
                at = origin + back * share
                now = mixed(before, target, share)
                alive = dict(now)
                if not falls:
                    sway = np.sin(2 * np.pi * 0.23 * k / fps + phase)
                    alive["twist"] += 3 * sway
                    alive["look"] += 9 * np.sin(2 * np.pi * 0.13 * k / fps + phase)
                    alive["elbow_r"] += (14 if name in ("raise", "talk") else 2) * np.sin(2 * np.pi * 0.8 * k / fps) * share
                emit(alive, name)
        if len(rows) >= frames:
            break
    while len(rows) < frames:
        rows.append(rows[-1])
    rows = rows[:frames]
    angles = np.array([r[2] for r in rows], float)
    kernel = np.exp(-0.5 * (np.arange(-4, 5) / (0.055 * fps)) ** 2)
    kernel /= kernel.sum()
    padded = np.pad(angles, ((4, 4), (0, 0)), mode="edge")
    angles = np.stack([np.convolve(padded[:, c], kernel, "valid") for c in range(angles.shape[1])], 1)
    return np.array([r[0] for r in rows]), np.array([r[1] for r in rows]), angles, [r[3] for r in rows]


def about(axis, degrees):
    a = np.radians(degrees)
    c, s = np.cos(a), np.sin(a)
    return {"x": np.array([[1, 0, 0], [0, c, -s], [0, s, c]]),
            "y": np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]]),
            "z": np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])}[axis]


def _bring(direction, goal):
    """The least rotation that brings one direction onto another."""
    a, b = direction / np.linalg.norm(direction), goal / np.linalg.norm(goal)
    v, c = np.cross(a, b), float(a @ b)
    k = np.array([[0, -v[2], v[1]], [v[2], 0, -v[0]], [-v[1], v[0], 0]])
    return np.eye(3) + k + k @ k / (1 + c)


def bone_poses(person, angles, heading):
    """Orientation (B,3,3) from rest and position (B,3) of each bone's head, the pelvis at the origin.

    Facing -y, a positive turn about x takes what hangs down to the back (+y goes up), so flexion is -x.
    """
    a = dict(zip(ANGLES, angles))
    bones, joint = person.library.bones, person.joint
    rig, down = person.library.rig, np.array([0, 0, -1.0])
    root = about("z", np.degrees(heading)) @ about("x", a["pitch"]) @ about("y", a["roll"])
    turn, lay = {}, {}

    def straight(bone, child):
        return _bring(joint[child] - joint[bone], down)

    for bone in bones:
        parent = rig[bone]["parent"]
        above = turn.get(parent, np.eye(3))
        side = bone[-1]
        sign = 1 if side == "l" else -1
        if bone == "pelvis":
            turn[bone] = root
        elif bone.startswith("spine_"):
            turn[bone] = above @ about("x", a["bend"] / 3) @ about("z", a["twist"] / 3)
        elif bone == "neck_01":
            turn[bone] = above @ about("x", a["nod"] / 2) @ about("z", a["look"] / 2)
        elif bone == "head":
            turn[bone] = above @ about("x", a["nod"] / 2 - a["bend"] / 2) @ about("z", a["look"] / 2)
        elif bone.startswith("clavicle"):
            turn[bone] = above @ about("y", -sign * 0.16 * max(0.0, a[f"out_{side}"] - 30))
        elif bone.startswith("thigh"):
            lay[side] = turn["pelvis"] @ about("x", -a[f"hip_{side}"]) @ about("y", -sign * a[f"spread_{side}"])
            turn[bone] = lay[side] @ straight(bone, f"calf_{side}")
        elif bone.startswith("calf"):
            shin = lay[side] @ about("x", a[f"knee_{side}"])
            turn[bone] = shin @ straight(bone, f"foot_{side}")
            lay["foot" + side] = shin
        elif bone.startswith("foot"):
            turn[bone] = lay["foot" + side] @ about("x", -a[f"ankle_{side}"])
        elif bone.startswith("upperarm"):
            chest = turn["spine_03"]
            swing = chest @ about("x", -a[f"arm_{side}"]) @ about("y", -sign * a[f"out_{side}"])
            lay["arm" + side] = swing
            turn[bone] = swing @ straight(bone, f"lowerarm_{side}")
        elif bone.startswith("lowerarm"):
            # turn_: the upper arm's roll, which brings the forearm across the body.
            fore = lay["arm" + side] @ about("z", sign * a[f"turn_{side}"]) @ about("x", -a[f"elbow_{side}"])
            turn[bone] = fore @ straight(bone, f"hand_{side}")
        else:
            turn[bone] = above
    position = {}
    for bone in bones:
        parent = rig[bone]["parent"]
        if bone == "pelvis" or parent not in position:
            position[bone] = np.zeros(3) if bone == "pelvis" else joint[bone] - joint["pelvis"]
        else:
            position[bone] = position[parent] + turn[parent] @ (joint[bone] - joint[parent])
    turn = {b: turn.get(b, np.eye(3)) for b in bones}
    return np.stack([turn[b] for b in bones]), np.stack([position[b] for b in bones])


def skin(mesh, joints, turns, positions):
    """Linear blend skinning: rest vertices -> posed vertices."""
    offsets = positions - np.einsum("bij,bj->bi", turns, joints)
    matrices = np.concatenate([turns, offsets[:, :, None]], 2).reshape(len(turns), 12)
    blended = (mesh.weights @ matrices).reshape(-1, 3, 4)
    return np.einsum("vij,vj->vi", blended[:, :, :3], mesh.vertices) + blended[:, :, 3]
