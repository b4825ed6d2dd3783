#!/usr/bin/env python3
"""Writes the bill of materials (CycloneDX 1.5, JSON) of a published program, and gathers the licences that its packages carry.

    sbom.py PROGRAM --packages NUGET --version VERSION --epoch SECONDS --output edgepose.cdx.json [--licences FOLDER] [--library NAME=VERSION=LICENCE ...]

PROGRAM is a folder that `dotnet publish` made: its edgepose.deps.json names every package in it, with the digest that NuGet checked at restore, and models/
holds the networks, each with the sha256 that the daemon checks. NUGET is the folder of restored packages: their .nuspec files name the licences. A native
library that was built here, and so comes from no package, is named by --library.

The same input gives the same bytes: the time is SECONDS (SOURCE_DATE_EPOCH), and the serial number comes from the content.
"""
import argparse
import base64
import datetime
import hashlib
import json
import pathlib
import re
import shutil
import sys
import uuid

NOTICES = re.compile(r"^(licen[cs]e|third-?party-?notices|notice)", re.IGNORECASE)
RUNTIME = "runtimepack."


def licence_of(folder):
    """The licence in a package's .nuspec: an SPDX expression, or the name of the file that holds it."""
    nuspec = next(iter(sorted(folder.glob("*.nuspec"))), None)
    found = re.search(r'<license type="(expression|file)"[^>]*>([^<]+)</license>', nuspec.read_text("utf-8-sig")) if nuspec else None
    if not found:
        return None
    return [{"expression": found[2]}] if found[1] == "expression" else [{"license": {"name": f"see {found[2]} of the package"}}]


def package_component(key, entry, packages):
    """One NuGet package, or the .NET runtime, as a component; with the folder of its files."""
    name, version = key.rsplit("/", 1)
    pure = name.removeprefix(RUNTIME)
    folder = packages / pure.lower() / version
    component = {"type": "framework" if name.startswith(RUNTIME) else "library", "bom-ref": f"pkg:nuget/{pure}@{version}", "name": pure, "version": version}
    if entry["sha512"]:
        component["hashes"] = [{"alg": "SHA-512", "content": base64.b64decode(entry["sha512"].removeprefix("sha512-")).hex()}]
    licence = licence_of(folder)
    if licence:
        component["licenses"] = licence
    component["purl"] = component["bom-ref"]
    return component, folder


def network_component(manifest):
    """One shipped network; its file is held against its manifest first."""
    said = json.loads(manifest.read_text("utf-8"))
    digest = hashlib.sha256((manifest.parent / said["file"]).read_bytes()).hexdigest()
    if digest != said["sha256"]:
        sys.exit(f"sbom.py: {manifest}: the file {said['file']} has the sha256 {digest}, its manifest says {said['sha256']}; restore one of them.")
    return {"type": "machine-learning-model", "bom-ref": f"network:{said['id']}", "name": said["id"], "version": digest[:12],
            "hashes": [{"alg": "SHA-256", "content": digest}], "licenses": [{"expression": said["licence"]}],
            "description": f"Training data: {said.get('trainingData', 'not told')}"}


def dependencies(targets, names, root):
    """Who needs whom, as deps.json tells; our own projects are one with the program."""
    graph = {}
    for key, target in targets.items():
        name = key.rsplit("/", 1)[0]
        needed = graph.setdefault(names.get(name, root), set())
        needed |= {names[other] for other in target.get("dependencies", {}) if other in names}
    return graph


def build(arguments):
    program, packages = pathlib.Path(arguments.program), pathlib.Path(arguments.packages)
    deps = json.loads((program / "edgepose.deps.json").read_text("utf-8"))
    root = f"edgepose@{arguments.version}"
    components, names = [], {}
    for key, entry in sorted(deps["libraries"].items()):
        if entry["type"] == "project":
            continue
        component, folder = package_component(key, entry, packages)
        names[key.rsplit("/", 1)[0]] = component["bom-ref"]
        components.append(component)
        if arguments.licences and folder.is_dir():
            for notice in sorted(path for path in folder.iterdir() if path.is_file() and NOTICES.match(path.name)):
                target = pathlib.Path(arguments.licences) / component["name"]
                target.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(notice, target / notice.name)
    graph = dependencies(deps["targets"][deps["runtimeTarget"]["name"]], names, root)
    for library in arguments.library:
        name, version, licence = library.split("=")
        components.append({"type": "library", "bom-ref": f"built:{name}@{version}", "name": name, "version": version, "licenses": [{"expression": licence}]})
        graph[root].add(f"built:{name}@{version}")
    for manifest in sorted((program / "models").glob("*.json")):
        components.append(network_component(manifest))
        graph[root].add(components[-1]["bom-ref"])
    unlicensed = [component["name"] for component in components if "licenses" not in component]
    if unlicensed:
        sys.exit(f"sbom.py: no licence is known of {', '.join(unlicensed)}; is {packages} the folder of restored packages?")
    bom = {
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "metadata": {
            "timestamp": datetime.datetime.fromtimestamp(arguments.epoch, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {"type": "application", "bom-ref": root, "name": "edgepose", "version": arguments.version, "licenses": [{"expression": "Apache-2.0"}]},
        },
        "components": components,
        "dependencies": [{"ref": ref, "dependsOn": sorted(needed)} for ref, needed in sorted(graph.items())],
    }
    bom["serialNumber"] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(bom, sort_keys=True))}"
    pathlib.Path(arguments.output).write_text(json.dumps(bom, indent=2, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--packages", required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("--epoch", type=int, required=True)
    parser.add_argument("--output", required=True)
    parser.add_argument("--licences")
    parser.add_argument("--library", action="append", default=[], metavar="NAME=VERSION=LICENCE")
    build(parser.parse_args())
