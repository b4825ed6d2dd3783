"""One person in Blender: meshes whose vertices are set anew for each picture."""
import bpy
import numpy as np

import body
import motion
import room


class Figure:
    def __init__(self, library, look, owner):
        self.owner, self.person = owner, body.Person(library, look)
        self.joints = np.stack([self.person.joint[b] for b in library.bones])
        self.objects = []
        for mesh in self.person.meshes:
            data = bpy.data.meshes.new(mesh.name)
            data.from_pydata(mesh.vertices.tolist(), [], mesh.faces)
            data.polygons.foreach_set("use_smooth", [True] * len(data.polygons))
            layer = data.color_attributes.new("colour", "FLOAT_COLOR", "POINT")
            layer.data.foreach_set("color", np.c_[mesh.colours, np.ones(len(mesh.colours))].ravel())
            is_skin = mesh.name == "skin"
            data.materials.append(room.material(mesh.name, rough=0.5 if is_skin else 0.85, attribute="colour",
                                                noise=0.06 if is_skin else 0.22, scale=30 if is_skin else 14))
            o = bpy.data.objects.new(mesh.name, data)
            o["owner"] = owner
            bpy.context.collection.objects.link(o)
            self.objects.append((mesh, o))

    def show(self, visible):
        for _, o in self.objects:
            o.hide_render = o.hide_viewport = not visible

    def place(self, angles, heading, at, middle=False):
        """Takes a pose, its lowest vertex on the floor; the pelvis over `at`, or the body's middle. -> world keypoints (17, 3) and all vertices."""
        turns, positions = motion.bone_poses(self.person, angles, heading)
        posed = [motion.skin(mesh, self.joints, turns, positions) for mesh, _ in self.objects]
        everything = np.concatenate(posed)
        shift = np.array([*(np.asarray(at) - (everything.mean(0)[:2] if middle else 0)), -everything[:, 2].min()])
        for (_, o), vertices in zip(self.objects, posed):
            o.data.vertices.foreach_set("co", (vertices + shift).astype(np.float32).ravel())
            o.data.update()
        bones = self.person.library.bones
        points = [positions[bones.index(b)] + turns[bones.index(b)] @ (p - self.person.joint[b]) + shift for b, p in self.person.landmarks]
        return np.array(points), everything + shift
