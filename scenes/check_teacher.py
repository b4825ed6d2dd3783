"""How many of a scene's visible people does a body-pose teacher find? Needs ../shared/data/teachers, which is not in this repository.

    python3 scenes/check_teacher.py --teacher FOLDER/hpe0001.onnx --clip scenes/lobby.mp4 --heights 256 368

Visible: at least 8 keypoints in the picture and not hidden (v = 2), and a box at least 40 px high.
Found: a pose of the teacher, matched greedily (best OKS first, one person each), has OKS >= 0.5 with the truth,
counted over the labelled keypoints (v > 0) as COCO does. The decoder is the plain reference of Part Affinity Fields
(Cao et al., 2017): maps x4, local peaks, the mean of 10 samples on a limb, greedy grouping.
"""
import argparse
import json

import cv2
import numpy as np

# COCO-18 (OpenPose's order, neck = 1) -> COCO-17
TO_17 = [0, 15, 14, 17, 16, 5, 2, 6, 3, 7, 4, 11, 8, 12, 9, 13, 10]
LIMBS = [(1, 2), (1, 5), (2, 3), (3, 4), (5, 6), (6, 7), (1, 8), (8, 9), (9, 10), (1, 11), (11, 12), (12, 13),
         (1, 0), (0, 14), (14, 16), (0, 15), (15, 17), (2, 16), (5, 17)]
PAFS = [(12, 13), (20, 21), (14, 15), (16, 17), (22, 23), (24, 25), (0, 1), (2, 3), (4, 5), (6, 7), (8, 9), (10, 11),
        (28, 29), (30, 31), (34, 35), (32, 33), (36, 37), (18, 19), (26, 27)]
# COCO's per-keypoint constants
KAPPA = 2 * np.array([.026, .025, .025, .035, .035, .079, .079, .072, .072, .062, .062, .107, .107, .087, .087, .089, .089])


def poses(net, picture, height):
    scale = height / picture.shape[0]
    width = int(np.ceil(picture.shape[1] * scale / 8)) * 8
    data = cv2.resize(picture, (round(picture.shape[1] * scale), height), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    data = cv2.copyMakeBorder(data, 0, 0, 0, width - data.shape[1], cv2.BORDER_CONSTANT)
    net.setInput(data.transpose(2, 0, 1)[None].astype(np.float32))
    pafs, heat = net.forward(["Mconv7_stage2_L1", "Mconv7_stage2_L2"])
    grow = lambda maps: np.stack([cv2.resize(m, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC) for m in maps])
    pafs, heat = grow(pafs[0]), grow(heat[0][:18])
    peaks = []
    for part, m in enumerate(heat):
        top = cv2.dilate(m, np.ones((7, 7)))
        for y, x in np.argwhere((m == top) & (m > 0.1)):
            peaks.append((part, x, y, m[y, x]))
    people = []
    for (a, b), channels in zip(LIMBS, PAFS):
        pairs = []
        for i, p in enumerate(peaks):
            for j, q in enumerate(peaks):
                if p[0] != a or q[0] != b:
                    continue
                way = np.array([q[1] - p[1], q[2] - p[2]], float)
                length = np.linalg.norm(way)
                if length < 1e-6:
                    continue
                t = np.linspace(0, 1, 10)
                xs, ys = np.rint(p[1] + t * way[0]).astype(int), np.rint(p[2] + t * way[1]).astype(int)
                dots = (pafs[channels[0], ys, xs] * way[0] + pafs[channels[1], ys, xs] * way[1]) / length
                score = dots.mean() + min(0.0, 0.5 * heat.shape[1] / length - 1)
                if (dots > 0.05).mean() >= 0.8 and score > 0:
                    pairs.append((score, i, j))
        used = set()
        for score, i, j in sorted(pairs, reverse=True):
            if (a, i) in used or (b, j) in used:
                continue
            used |= {(a, i), (b, j)}
            mine = [p for p in people if p["parts"].get(a) == i or p["parts"].get(b) == j]
            if len(mine) > 1 and not (set(mine[0]["parts"]) & set(mine[1]["parts"])):
                mine[0]["parts"].update(mine[1]["parts"])
                people.remove(mine[1])
            elif mine:
                if mine[0]["parts"].get(a, i) != i or mine[0]["parts"].get(b, j) != j:
                    continue
            elif a in (2, 5) and b in (16, 17):
                continue        # an ear-shoulder limb confirms a person, it starts none
            else:
                people.append(dict(parts={}))
                mine = people[-1:]
            mine[0]["parts"].update({a: i, b: j})
    found = []
    for person in people:
        if len(person["parts"]) < 4:
            continue
        k = np.full((18, 2), -1e6)
        for part, i in person["parts"].items():
            k[part] = (np.array(peaks[i][1:3]) + 0.5) * 2 / scale    # stride 8, maps x4: 2 px a cell
        found.append(k[TO_17])
    return found


def oks(truth, area, pose):
    labelled = truth[:, 2] > 0
    d = ((truth[:, :2] - pose) ** 2).sum(1)
    return np.exp(-d / (2 * area * KAPPA ** 2))[labelled].mean()


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--teacher", required=True)
    p.add_argument("--clip", required=True, help="an .mp4 with its .json beside it, or a stem of pictures STEM-0000.png")
    p.add_argument("--heights", type=int, nargs="+", default=[256, 368])
    p.add_argument("--step", type=int, default=3, help="every how manyth frame")
    p.add_argument("--draw", help="a folder for pictures with the truth (green) and the teacher's poses (red)")
    a = p.parse_args()
    stem = a.clip.removesuffix(".mp4")
    with open(stem + ".json", encoding="utf-8") as f:
        coco = json.load(f)
    truths = {}
    for n in coco["annotations"]:
        truths.setdefault(n["image_id"], []).append(n)
    frames = {}
    if a.clip.endswith(".mp4"):
        video = cv2.VideoCapture(a.clip)
        for image in coco["images"]:
            ok, picture = video.read()
            assert ok, f"{a.clip} ends before frame {image['id']}"
            if image["id"] % a.step == 0:
                frames[image["id"]] = picture
    else:
        frames = {i["id"]: cv2.imread(f"{stem}-{i['id']:04d}.png") for i in coco["images"]}
    net = cv2.dnn.readNetFromONNX(a.teacher)
    for height in a.heights:
        hit, seen, extra, by_action, by_track = 0, 0, 0, {}, {}
        for frame, picture in frames.items():
            found = poses(net, picture, height)
            people = truths.get(frame, [])
            shapes = [np.array(n["keypoints"], float).reshape(17, 3) for n in people]
            pairs = sorted(((oks(t, n["area"], f), i, j) for i, (n, t) in enumerate(zip(people, shapes))
                            for j, f in enumerate(found) if n["num_keypoints"]), reverse=True)
            matched, taken = {}, set()
            for value, i, j in pairs:
                if value >= 0.5 and i not in matched and j not in taken:
                    matched[i] = value
                    taken.add(j)
            extra += len(found) - len(taken)
            for i, (n, t) in enumerate(zip(people, shapes)):
                if (t[:, 2] == 2).sum() >= 8 and n["bbox"][3] >= 40:
                    seen, hit = seen + 1, hit + (i in matched)
                    for table, key in ((by_action, n["action"]), (by_track, n["track_id"])):
                        row = table.setdefault(key, [0, 0])
                        row[0], row[1] = row[0] + (i in matched), row[1] + 1
            if a.draw:
                canvas = cv2.resize(picture, None, fx=2, fy=2)
                for shape in shapes:
                    for x, y, v in shape:
                        if v:
                            cv2.circle(canvas, (int(2 * x), int(2 * y)), 3, (0, 220, 0) if v == 2 else (0, 140, 140), -1 if v == 2 else 1)
                for pose in found:
                    for x, y in pose:
                        if x > -1e5:
                            cv2.circle(canvas, (int(2 * x), int(2 * y)), 5, (0, 0, 255), 1)
                cv2.imwrite(f"{a.draw}/{height}-{frame:04d}.png", canvas)
        share = lambda table: ", ".join(f"{k} {h}/{n}" for k, (h, n) in sorted(table.items(), key=str))
        print(f"height {height}: found {hit} of {seen} visible people = {hit / max(seen, 1):.3f}; {extra} poses matched nobody; {len(frames)} frames")
        print(f"  by action: {share(by_action)}\n  by track: {share(by_track)}")


main()
