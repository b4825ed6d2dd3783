"""Exact COCO keypoints: joints projected by the camera that renders, hidden ones found by casting rays at them."""
import numpy as np
from mathutils import Vector

NAMES = ["nose", "left_eye", "right_eye", "left_ear", "right_ear", "left_shoulder", "right_shoulder", "left_elbow", "right_elbow",
         "left_wrist", "right_wrist", "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle"]
SKELETON = [[16, 14], [14, 12], [17, 15], [15, 13], [12, 13], [6, 12], [7, 13], [6, 7], [6, 8], [7, 9], [8, 10], [9, 11],
            [2, 3], [1, 2], [1, 3], [2, 4], [3, 5], [4, 6], [5, 7]]
# How deep (metres) a joint lies in its own body, clothes included: a ray that ends this close has reached it.
OWN_DEPTH = np.array([0.03, 0.03, 0.03, 0.04, 0.04] + [0.11] * 2 + [0.08] * 4 + [0.17] * 2 + [0.10] * 4)
OTHER_DEPTH = 0.02
CELL = 2    # pixels: the grid on which a person's area is counted


class Projector:
    def __init__(self, camera, width, height):
        self.width, self.height = width, height
        self.eye = np.array(camera.matrix_world.translation)
        self.turn = np.array(camera.matrix_world.to_3x3()).T
        self.focal = width / 2 / np.tan(camera.data.angle / 2)

    def __call__(self, points):
        """World points -> image x, y in COCO's convention (0 is the left edge of the first pixel), and depth in metres."""
        p = (np.asarray(points) - self.eye) @ self.turn.T
        depth = np.maximum(-p[:, 2], 1e-3)
        return self.width / 2 + self.focal * p[:, 0] / depth, self.height / 2 - self.focal * p[:, 1] / depth, -p[:, 2]


def annotate(projector, scene, depsgraph, joints, vertices, owner):
    """One annotation (without ids), or None when nothing of the person is in the picture."""
    w, h = projector.width, projector.height
    x, y, depth = projector(vertices)
    ahead = depth > 0.1
    inside = ahead & (x >= 0) & (x < w) & (y >= 0) & (y < h)
    if not inside.any():
        return None
    x0, x1 = np.clip([x[ahead].min(), x[ahead].max()], 0, w)
    y0, y1 = np.clip([y[ahead].min(), y[ahead].max()], 0, h)
    cells = np.unique((x[inside] // CELL).astype(int) * 4096 + (y[inside] // CELL).astype(int))
    kx, ky, kdepth = projector(joints)
    flat, eye = [], Vector(projector.eye)
    for n in range(17):
        if kdepth[n] < 0.1 or not (0 <= kx[n] < w and 0 <= ky[n] < h):
            flat += [0, 0, 0]
            continue
        ray = Vector(joints[n]) - eye
        hit, where, _, _, what, _ = scene.ray_cast(depsgraph, eye, ray.normalized())
        gap = ray.length - (where - eye).length if hit else 0.0
        seen = gap <= (OWN_DEPTH[n] if hit and what.get("owner") == owner else OTHER_DEPTH)
        flat += [round(float(kx[n]), 2), round(float(ky[n]), 2), 2 if seen else 1]
    return dict(category_id=1, iscrowd=0, keypoints=flat, num_keypoints=sum(v > 0 for v in flat[2::3]),
                bbox=[round(float(v), 2) for v in (x0, y0, x1 - x0, y1 - y0)],
                area=round(float(min(len(cells) * CELL * CELL, (x1 - x0) * (y1 - y0))), 1))
