"""A person's rest shape: MakeHuman's body, clothes and hair as plain numpy arrays, ready for skinning.

Coordinates are metres, z up; the person faces -y and has the left hand at +x.
"""
import json
import os

import numpy as np

BODY_VERTICES = 13380   # vertices of hm08's skin; those behind it are helpers and joint cubes


def _to_metres(v):
    """MakeHuman: decimetres, y up, facing +z."""
    return np.stack([v[..., 0], -v[..., 2], v[..., 1]], -1) * 0.1


class Mesh:
    """vertices (N,3), faces (list of index tuples), weights (N,B): one row of bone weights a vertex."""

    def __init__(self, name, vertices, faces, weights, colour_of_vertex):
        self.name, self.vertices, self.faces = name, vertices, faces
        self.weights, self.colours = weights, colour_of_vertex


def read_obj(path):
    """Vertices, faces, and the group of each face."""
    vertices, faces, groups, group = [], [], [], ""
    with open(path, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            part = line.split()
            if not part:
                continue
            if part[0] == "v":
                vertices.append([float(x) for x in part[1:4]])
            elif part[0] == "f":
                faces.append(tuple(int(p.split("/")[0]) - 1 for p in part[1:]))
                groups.append(group)
            elif part[0] == "g":
                group = part[1]
    return np.array(vertices), faces, groups


def apply_target(vertices, path, weight):
    if weight == 0:
        return
    with open(path, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            part = line.split()
            if len(part) == 4 and part[0].isdigit():
                vertices[int(part[0])] += weight * np.array([float(x) for x in part[1:]])


class Library:
    """The material folder (see README.md): base.obj, targets/, rigs/ and base/{clothes,hair,eyebrows}/."""

    def __init__(self, folder):
        self.folder = folder
        self.base, self.faces, self.groups = read_obj(os.path.join(folder, "base.obj"))
        self.cubes = {}
        for face, group in zip(self.faces, self.groups):
            self.cubes.setdefault(group, set()).update(face)
        with open(os.path.join(folder, "rigs", "rig.game_engine.json"), encoding="utf-8") as f:
            self.rig = json.load(f)
        with open(os.path.join(folder, "rigs", "weights.game_engine.json"), encoding="utf-8") as f:
            table = json.load(f)["weights"]
        self.bones = []
        while len(self.bones) < len(self.rig):      # parents first
            for bone, what in self.rig.items():
                if bone not in self.bones and (not what["parent"] or what["parent"] in self.bones):
                    self.bones.append(bone)
        self.weights = np.zeros((len(self.base), len(self.bones)))
        for bone, rows in table.items():
            for index, weight in rows:
                self.weights[index, self.bones.index(bone)] = weight
        total = self.weights.sum(1, keepdims=True)
        self.weights[total[:, 0] == 0, self.bones.index("head")] = 1
        self.weights /= np.where(total == 0, 1, total)

    def find(self, kind, name):
        folder = os.path.join(self.folder, "base", kind, name)
        return os.path.join(folder, name + ".mhclo")

    def shape(self, sex, race, weight, muscle, age):
        """All vertices of one body, in MakeHuman's own units. weight, muscle -1..1, age 0 (young) .. 1 (old)."""
        v = self.base.copy()
        at = lambda name: os.path.join(self.folder, "targets", name + ".target")
        for years, share in (("young", 1 - age), ("old", age)):
            apply_target(v, at(f"{race}-{sex}-{years}"), share)
            fat = "max" if weight > 0 else "min"
            strong = "max" if muscle > 0 else "min"
            w, m = abs(weight), abs(muscle)
            for mname, mshare in (("average", 1 - m), (strong, m)):
                for wname, wshare in (("average", 1 - w), (fat, w)):
                    apply_target(v, at(f"universal-{sex}-{years}-{mname}muscle-{wname}weight"), share * mshare * wshare)
        return v


def read_mhclo(path, body, weights):
    """Clothes fitted to a body: vertices (MakeHuman units), faces, weights, and the body vertices they hide."""
    scale, rows, hidden, section, obj = [1.0, 1.0, 1.0], [], set(), "", None
    with open(path, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            part = line.split()
            if not part or part[0].startswith("#"):
                continue
            if part[0] in ("x_scale", "y_scale", "z_scale"):
                axis = "xyz".index(part[0][0])
                a, b = int(part[1]), int(part[2])
                scale[axis] = abs(body[a, axis] - body[b, axis]) / float(part[3])
            elif part[0] == "obj_file":
                obj = os.path.join(os.path.dirname(path), part[1])
            elif part[0] == "verts":
                section = "verts"
            elif part[0] == "delete_verts":
                section = "delete"
            elif section == "verts" and part[0].isdigit():
                if len(part) == 1:
                    rows.append((int(part[0]),) * 3 + (1.0, 0.0, 0.0, 0.0, 0.0, 0.0))
                else:
                    rows.append(tuple(int(p) for p in part[:3]) + tuple(float(p) for p in part[3:9]))
            elif section == "delete" and part[0].isdigit():
                numbers = " ".join(part).replace(" - ", "-").split()
                for run in numbers:
                    first, _, last = run.partition("-")
                    hidden.update(range(int(first), int(last or first) + 1))
    table = np.array(rows)
    index, share = table[:, :3].astype(int), table[:, 3:6]
    vertices = (body[index] * share[..., None]).sum(1) + table[:, 6:9] * np.array(scale)
    skin = np.clip((weights[index] * share[..., None]).sum(1), 0, None)
    _, faces, _ = read_obj(obj)
    return vertices, faces, skin / skin.sum(1, keepdims=True), hidden


class Person:
    """look: a dict with sex, race, weight, muscle, age, clothes, shoes, hair, and the colours
    skin, top, trousers, shoe, hair_colour (linear RGB)."""

    def __init__(self, library, look):
        self.library, self.look = library, look
        raw = library.shape(look["sex"], look["race"], look["weight"], look["muscle"], look["age"])
        body = _to_metres(raw)
        self.joint = {}
        for bone in library.bones:
            self.joint[bone] = self._cube(body, library.rig[bone]["head"])
        self.end = {bone: self._cube(body, library.rig[bone]["tail"]) for bone in library.bones}
        self.meshes, hidden = [], set()
        for kind, name in (("clothes", look["clothes"]), ("clothes", look["shoes"]),
                           ("hair", look["hair"]), ("eyebrows", look["eyebrows"])):
            v, faces, skin, hides = read_mhclo(library.find(kind, name), raw, library.weights)
            hidden |= hides if kind == "clothes" else set()
            v = _to_metres(v)
            self.meshes.append(Mesh(name, v, faces, skin, self._cloth_colours(kind, name, v, faces)))
        self._skin(body, hidden)
        self._landmarks(body)

    def _cube(self, body, where):
        if where["strategy"] == "CUBE":
            return body[sorted(self.library.cubes[where["cube_name"]])].mean(0)
        if where["strategy"] == "MEAN":
            return body[where["vertex_indices"]].mean(0)
        return body[where["vertex_index"]]

    def _cloth_colours(self, kind, name, v, faces):
        look = self.look
        if kind != "clothes":
            return np.tile(look["hair_colour"], (len(v), 1))
        if name == look["shoes"]:
            return np.tile(look["shoe"], (len(v), 1))
        # A suit's shirt and trousers are parts that do not touch: each part takes one colour by where it hangs.
        part = np.arange(len(v))
        changed = True
        while changed:
            before = part.copy()
            for f in faces:
                low = min(part[i] for i in f)
                for i in f:
                    part[i] = low
            changed = bool((before != part).any())
        waist = self.joint["spine_01"][2] + 0.01
        colours = np.empty((len(v), 3))
        for p in np.unique(part):
            mine = part == p
            z = v[mine, 2]
            spans = z.min() < waist - 0.25 and z.max() > waist + 0.2
            up = (z > waist) if spans else np.full(mine.sum(), z.mean() > waist)
            colours[mine] = np.where(up[:, None], look["top"], look["trousers"])
        return colours

    def _skin(self, body, hidden):
        lib, look = self.library, self.look
        eyes = {g: sorted(lib.cubes[g]) for g in ("helper-l-eye", "helper-r-eye")}
        colours = np.tile(np.array(look["skin"], float), (len(body), 1))
        mouth = body[sorted(lib.cubes["joint-mouth"])].mean(0)
        head = lib.weights[:, lib.bones.index("head")] > 0.5
        front = body[:BODY_VERTICES][head[:BODY_VERTICES]][:, 1].min()
        lips = (np.abs(body[:, 0] - mouth[0]) < 0.024) & (np.abs(body[:, 2] - mouth[2]) < 0.010) & (body[:, 1] < front + 0.035)
        colours[lips & head] *= (0.75, 0.42, 0.42)
        for side in ("l", "r"):
            eye = body[eyes[f"helper-{side}-eye"]]
            centre = eye.mean(0)
            near = np.linalg.norm(body - centre, axis=1) < 0.024
            colours[near & head] *= 0.72
        for group, index in eyes.items():
            eye = body[index]
            pupil = eye[eye[:, 1].argmin()]
            iris = np.linalg.norm(eye - pupil, axis=1) < 0.0085
            colours[index] = np.where(iris[:, None], (0.02, 0.012, 0.008), (0.75, 0.73, 0.70))
        keep = [f for f, g in zip(lib.faces, lib.groups)
                if g in eyes or (g == "body" and not all(i in hidden for i in f))]
        used = np.array(sorted({i for f in keep for i in f}))
        new = np.full(len(body), -1)
        new[used] = np.arange(len(used))
        self.meshes.append(Mesh("skin", body[used], [tuple(new[i] for i in f) for f in keep],
                                lib.weights[used], colours[used]))

    def _landmarks(self, body):
        """COCO's 17 keypoints in the rest pose, each with the bone it moves with."""
        lib = self.library
        head = body[:BODY_VERTICES][lib.weights[:BODY_VERTICES, lib.bones.index("head")] > 0.5]
        eye = {s: body[sorted(lib.cubes[f"helper-{s}-eye"])] for s in "lr"}
        level = (eye["l"].mean(0)[2] + eye["r"].mean(0)[2]) / 2
        middle = head[(np.abs(head[:, 0]) < 0.01) & (head[:, 2] < level) & (head[:, 2] > level - 0.07)]
        points = [("head", middle[middle[:, 1].argmin()])]
        for side in "lr":
            points.append(("head", eye[side][eye[side][:, 1].argmin()]))
        band = head[(np.abs(head[:, 2] - level + 0.015) < 0.03)]
        for far in (band[:, 0].argmax(), band[:, 0].argmin()):
            points.append(("head", band[far]))
        for bone in ("upperarm", "lowerarm", "hand", "thigh", "calf", "foot"):
            for side in "lr":
                name = f"{bone}_{side}"
                points.append((name, self.joint[name]))
        self.landmarks = points
