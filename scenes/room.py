"""The place: floor, walls, furniture, lights and the camera, with procedural materials only."""
import math

import bpy
from mathutils import Vector


def material(name, colour=(0.5, 0.5, 0.5), rough=0.7, attribute=None, noise=0.0, scale=40.0):
    """Principled; the colour from a vertex attribute if one is named, broken up by noise."""
    m = bpy.data.materials.new(name)
    m.use_nodes = True
    nodes, links = m.node_tree.nodes, m.node_tree.links
    shader = nodes["Principled BSDF"]
    shader.inputs["Roughness"].default_value = rough
    shader.inputs["Specular"].default_value = 0.25
    if attribute:
        source = nodes.new("ShaderNodeVertexColor")
        source.layer_name = attribute
    else:
        source = nodes.new("ShaderNodeRGB")
        source.outputs[0].default_value = (*colour, 1)
    out = source.outputs[0]
    if noise:
        spots = nodes.new("ShaderNodeTexNoise")
        spots.inputs["Scale"].default_value = scale
        spots.inputs["Detail"].default_value = 3
        coordinate = nodes.new("ShaderNodeTexCoord")
        links.new(coordinate.outputs["Generated" if attribute else "Object"], spots.inputs["Vector"])
        ramp = nodes.new("ShaderNodeMapRange")
        ramp.inputs["To Min"].default_value, ramp.inputs["To Max"].default_value = 1 - noise, 1 + noise
        links.new(spots.outputs["Fac"], ramp.inputs["Value"])
        mix = nodes.new("ShaderNodeVectorMath")
        mix.operation = "SCALE"
        links.new(out, mix.inputs[0])
        links.new(ramp.outputs["Result"], mix.inputs["Scale"])
        out = mix.outputs[0]
    links.new(out, shader.inputs["Base Color"])
    return m


def tiles(name, one, two, grout, size):
    m = material(name, rough=0.35)
    nodes, links = m.node_tree.nodes, m.node_tree.links
    brick, at = nodes.new("ShaderNodeTexBrick"), nodes.new("ShaderNodeTexCoord")
    brick.offset = 0
    for key, value in (("Color1", one), ("Color2", two), ("Mortar", grout)):
        brick.inputs[key].default_value = (*value, 1)
    brick.inputs["Scale"].default_value = 1.0
    brick.inputs["Brick Width"].default_value = brick.inputs["Row Height"].default_value = size
    brick.inputs["Mortar Size"].default_value = 0.006
    links.new(at.outputs["Object"], brick.inputs["Vector"])
    links.new(brick.outputs["Color"], nodes["Principled BSDF"].inputs["Base Color"])
    return m


def box(name, centre, size, what):
    bpy.ops.mesh.primitive_cube_add(size=1, location=centre)
    o = bpy.context.object
    o.name, o.scale = name, size
    bpy.ops.object.transform_apply(location=False, rotation=False, scale=True)
    o.data.materials.append(what)
    return o


def chair(x, y, fabric, metal):
    box("seat", (x, y, 0.40), (0.52, 0.50, 0.07), fabric)
    back = box("back", (x, y + 0.27, 0.66), (0.52, 0.06, 0.50), fabric)
    back.rotation_euler[0] = -0.15
    for dx in (-0.22, 0.22):
        for dy in (-0.2, 0.2):
            box("leg", (x + dx, y + dy, 0.18), (0.03, 0.03, 0.37), metal)


def plant(x, y, rng):
    pot = material("pot", (0.25, 0.10, 0.05))
    leaf = material("leaf", (0.03, 0.12, 0.025), noise=0.4)
    bpy.ops.mesh.primitive_cone_add(vertices=20, radius1=0.16, radius2=0.22, depth=0.4, location=(x, y, 0.2))
    bpy.context.object.data.materials.append(pot)
    corners, faces = [], []
    for _ in range(60):
        a, lift, reach = rng.uniform(0, 6.28), rng.uniform(0.25, 0.95), rng.uniform(0.12, 0.42)
        tip = Vector((x + reach * math.cos(a), y + reach * math.sin(a), 0.4 + lift))
        root = Vector((x, y, 0.38 + lift * 0.45))
        side = Vector((-math.sin(a), math.cos(a), 0.2)) * 0.05
        middle = (tip + root) / 2 + Vector((0, 0, 0.06))
        n = len(corners)
        corners += [root, middle + side, tip, middle - side]
        faces.append((n, n + 1, n + 2, n + 3))
    mesh = bpy.data.meshes.new("leaves")
    mesh.from_pydata(corners, [], faces)
    mesh.materials.append(leaf)
    bpy.context.collection.objects.link(bpy.data.objects.new("leaves", mesh))


def furnish(scene, rng):
    """Lobby (or, for any other scene name, the same hall without seats and in other colours)."""
    is_lobby = scene == "lobby"
    tone = (0.56, 0.52, 0.45) if is_lobby else tuple(rng.uniform(0.3, 0.6, 3))
    wall = material("wall", tone, 0.9, noise=0.06, scale=3)
    floor = tiles("floor", (0.30, 0.29, 0.27), (0.25, 0.245, 0.24), (0.14, 0.14, 0.14), 0.6)
    wood = material("wood", (0.20, 0.10, 0.045), 0.5, noise=0.25, scale=6)
    metal, dark = material("metal", (0.35, 0.35, 0.36), 0.3), material("dark", (0.05, 0.06, 0.07), 0.2)
    fabric = material("fabric", (0.05, 0.13, 0.16), 0.9, noise=0.2)
    box("floor", (0, 0, -0.05), (14, 14, 0.1), floor)
    box("back wall", (0, 3.9, 1.6), (14, 0.1, 3.2), wall)
    box("left wall", (-5.6, 0, 1.6), (0.1, 8, 3.2), wall)
    box("right wall", (5.6, 0, 1.6), (0.1, 8, 3.2), wall)
    box("skirting", (0, 3.83, 0.06), (14, 0.03, 0.12), wood)
    for x in (2.9, 4.0):
        box("door", (x, 3.84, 1.05), (0.95, 0.06, 2.1), wood)
        box("handle", (x - 0.38, 3.78, 1.0), (0.12, 0.05, 0.03), metal)
    glass = material("sky", (0.55, 0.68, 0.80), 0.1)
    glass.node_tree.nodes["Principled BSDF"].inputs["Emission"].default_value = (0.6, 0.75, 0.9, 1)
    glass.node_tree.nodes["Principled BSDF"].inputs["Emission Strength"].default_value = 0.9
    for x in (-3.9, -2.4):
        box("frame", (x, 3.84, 1.75), (1.32, 0.05, 1.32), wood)
        box("pane", (x, 3.82, 1.75), (1.2, 0.05, 1.2), glass)
    for x, c in ((-0.6, (0.35, 0.10, 0.06)), (0.75, (0.05, 0.15, 0.30))):
        box("frame", (x, 3.84, 1.75), (0.9, 0.04, 0.68), dark)
        box("picture", (x, 3.83, 1.75), (0.8, 0.04, 0.58), material("picture", c, noise=0.9, scale=5))
    if is_lobby:
        chair(-2.45, 1.75, fabric, metal)
        chair(-1.75, 1.75, fabric, metal)
        box("table", (-3.35, 1.8, 0.42), (0.7, 0.7, 0.05), wood)
        box("table leg", (-3.35, 1.8, 0.2), (0.1, 0.1, 0.4), metal)
        box("desk", (3.5, 2.5, 0.55), (2.0, 0.7, 1.1), wood)
        box("screen", (3.3, 2.4, 1.3), (0.5, 0.05, 0.32), dark)
    plant(1.55, 3.4, rng)
    plant(-4.7, 3.2, rng)


def illuminate(light):
    world = bpy.data.worlds.new("world")
    bpy.context.scene.world = world
    world.use_nodes = True
    world.node_tree.nodes["Background"].inputs[0].default_value = (0.85, 0.92, 1.0, 1)
    world.node_tree.nodes["Background"].inputs[1].default_value = 0.55 * light
    for x, y in ((-2.2, -1.5), (2.2, -1.5), (-1.5, 1.8), (2.4, 1.8)):
        lamp = bpy.data.lights.new("lamp", "AREA")
        lamp.energy, lamp.size, lamp.color = 75 * light, 1.0, (1.0, 0.95, 0.86)
        o = bpy.data.objects.new("lamp", lamp)
        o.location = (x, y, 3.1)
        bpy.context.collection.objects.link(o)


def aim(height, distance, look_at, degrees):
    data = bpy.data.cameras.new("camera")
    data.sensor_fit, data.angle = "HORIZONTAL", math.radians(degrees)
    o = bpy.data.objects.new("camera", data)
    o.location = (0, -distance, height)
    o.rotation_euler = (Vector((0, 0, look_at)) - o.location).to_track_quat("-Z", "Y").to_euler()
    bpy.context.collection.objects.link(o)
    bpy.context.scene.camera = o
    return o
