"""L5, architecture, by what a system shows around its code: packages, plug-ins, events, services, interfaces."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from codestrata.analyze.structure.architecture import Scene, first
from codestrata.analyze.structure.files import File
from codestrata.analyze.structure.finding import Finding, Spot
from codestrata.model.paths import bytes_of
from codestrata.model.several import several

_MVC = ("models", "views", "controllers")
_BROKERS = re.compile(
    r"pkg:\w+/(?!.*aws-sdk).*(?<![a-z])(py|rd)?(kafka|rabbitmq|amqp|lapin|pika|nats|celery|bullmq|sarama|pulsar|rumqttc|"
    r"paho|zeromq|zmq|eventstore)(js|rs|lib)?(?![a-z])"
)
_DYNAMIC = frozenset(
    [
        "importlib.import_module",
        "__import__",
        "pkg_resources.iter_entry_points",
        "importlib.metadata.entry_points",
        "entry_points",
        "dlopen",
        "plugin.Open",
        "ServiceLoader.load",
        "Class.forName",
        "LoadLibrary",
        "libloading::Library::new",
        "Library::new",
        "stevedore.ExtensionManager",
        "pluggy.PluginManager",
    ]
)
_EMITS = re.compile(r"(?:^|[.:])(emit|publish|dispatch_event|dispatchEvent|send_event|broadcast|fire_event)$")
_HEARS = re.compile(
    r"(?:^|[.:])(on|subscribe|add_listener|addListener|addEventListener|register_handler|consume|connect)$"
)
#: What migrations are written in.
_SCHEMA = (".sql", ".py", ".go", ".rs", ".js", ".ts", ".java", ".kt", ".rb", ".php", ".cs", ".xml", ".yaml", ".yml")
#: What people call the folders and files in which plug-ins are loaded.
_PLUGGED = re.compile(r"(plugin|plug_in|plug-in|extension|addon|add_on|loader|loadlib|registry)", re.IGNORECASE)
#: Calls that load plug-ins and nothing else.
_PLUGS = re.compile(r"entry_points|iter_entry_points|plugin\.|ServiceLoader|ExtensionManager|PluginManager")
#: Files that say what a package is, by their names.
_SAYS = ("Cargo.toml", "package.json", "pyproject.toml", "setup.py", "setup.cfg", "go.mod", "pom.xml", "build.gradle")
_CONTRACTS = {
    ".importlinter": "import-linter",
    "tach.toml": "tach",
    ".dependency-cruiser.js": "dependency-cruiser",
    ".dependency-cruiser.cjs": "dependency-cruiser",
    "deptrac.yaml": "deptrac",
}


def _plugins(scene: Scene) -> Iterator[Finding]:
    groups = [p for p in scene.points if p[0] == "plugin"]
    loads = [
        Spot(bytes_of(path), line, says=f"calls {callee}")
        for path, listed in scene.calls.items()
        for callee, line in listed
        if callee in _DYNAMIC and (_PLUGGED.search(path) or _PLUGS.search(callee))
    ]  # a library, a driver or a test loads by name, too: only what says so is taken for plug-ins
    if groups:
        spots = tuple(Spot(manifest, line, says=name) for _, name, manifest, line in groups)
        says = f"offers plug-ins under {', '.join(sorted({name for _, name, _, _ in groups})[:4])}"
        yield Finding("L5", "plug-in", "structure.entry-points", spots[0], says, 0.9, evidence="manifest", places=spots)
    elif len(loads) >= 1:
        files = len({s.path for s in loads})
        says = f"loads code by name at run time, in {several(files, 'file')}"
        sure = 0.7 if len(loads) > 1 else 0.5
        yield Finding("L5", "plug-in", "structure.dynamic-load", loads[0], says, sure, places=tuple(loads))


def _events(scene: Scene) -> Iterator[Finding]:
    brokers = [Spot(manifest, line, says=purl) for purl, manifest, line in scene.purls if _BROKERS.search(purl)]
    emits = _calling(scene, _EMITS)
    hears = _calling(scene, _HEARS)
    if brokers and (emits or hears):
        says = f"talks through {brokers[0].says}, {len(emits)} places publish and {len(hears)} subscribe"
        places = (*brokers, *emits[:8], *hears[:8])
        yield Finding("L5", "event-driven", "structure.broker", brokers[0], says, 0.85, places=places)
    elif len({s.path for s in emits}) >= 3 and len({s.path for s in hears}) >= 3:  # noqa: PLR2004 -- a habit, not a use
        says = f"{len(emits)} places emit events and {len(hears)} listen, without a broker"
        yield Finding(
            "L5", "event-driven", "structure.emitters", emits[0], says, 0.6, places=(*emits[:10], *hears[:10])
        )


def _calling(scene: Scene, pattern: re.Pattern[str]) -> list[Spot]:
    return [
        Spot(bytes_of(path), line, says=f"calls {callee}")
        for path, listed in scene.calls.items()
        if (module := scene.modules.by_path.get(path)) and module.file.own
        for callee, line in listed
        if pattern.search(callee)
    ]


def _monorepo(scene: Scene) -> Iterator[Finding]:
    folders = sorted({folder for folder in scene.units.values() if folder})
    members = [
        f for f in folders if not any(part in {"examples", "example", "tests", "fixtures"} for part in f.split("/"))
    ]
    if len(members) < 3:  # noqa: PLR2004 -- a package and its tests are no monorepo
        return
    spots = tuple(Spot(_manifest(scene, folder), says=folder) for folder in members)
    says = f"{len(members)} packages of its own: {', '.join(members[:6])}{' …' if len(members) > 6 else ''}"  # noqa: PLR2004
    figures = {"members": len(members)}
    yield Finding(
        "L5", "monorepo", "structure.members", spots[0], says, 0.95, evidence="manifest", metrics=figures, places=spots
    )


def _manifest(scene: Scene, folder: str) -> bytes:
    """Give the file that says what the package of a folder is, or the first file there."""
    paths = {f.text: f.path for f in scene.files}
    return next((paths[at] for name in _SAYS if (at := f"{folder}/{name}") in paths), first(scene, folder))


def _services(scene: Scene) -> Iterator[Finding]:
    composed = [f for f in scene.files if re.fullmatch(r"(docker-)?compose(\.\w+)?\.ya?ml", f.name) and not f.vendored]
    for file in composed:
        names = _compose_services(scene.files.read(file))
        if len(names) > 1:
            says = f"{len(names)} services: {', '.join(sorted(names)[:8])}"
            built = sum(names.values())
            kind = "services" if built > 1 else "composed"
            sure = 0.9 if built > 1 else 0.7
            yield Finding(
                "L5",
                kind,
                "structure.compose",
                Spot(file.path),
                says,
                sure,
                evidence="manifest",
                metrics={"built": built},
            )


def _compose_services(text: str) -> dict[str, bool]:
    """Give service → whether it is built here. Source: Compose specification, "services"."""
    import yaml

    try:
        told = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    listed = told.get("services") if isinstance(told, dict) else None
    if not isinstance(listed, dict):
        return {}
    return {str(name): isinstance(what, dict) and "build" in what for name, what in listed.items()}


def _beside(scene: Scene) -> Iterator[Finding]:
    """Files that say what a system is made of: interfaces, infrastructure, migrations, contracts on imports."""
    kinds: Mapping[str, Callable[[File], bool]] = {
        "interface-definition": lambda f: f.text.endswith((".proto", ".graphql", ".graphqls", ".thrift", ".avsc")),
        "infrastructure-as-code": lambda f: f.text.endswith(".tf") or f.name == "Chart.yaml",
        "database-migrations": lambda f: (
            "migrations" in f.folder.split("/") and f.name.endswith(_SCHEMA) and not f.name.startswith("__init__")
        ),
        "declared-contract": lambda f: f.name in _CONTRACTS,
    }
    for kind, test in kinds.items():
        held = [f for f in scene.files if not f.vendored and not f.test and test(f)]
        if held:
            spots = tuple(Spot(f.path) for f in held)
            says = f"{several(len(held), 'file')}, such as {held[0].text}"
            rule = f"structure.{kind}"
            figures = {"files": len(held)}
            yield Finding("L5", kind, rule, spots[0], says, 0.9, evidence="manifest", metrics=figures, places=spots)


def _kind(scene: Scene) -> Iterator[Finding]:
    """What is started: a command line, or nothing, a library."""
    scripts = [p for p in scene.points if p[0] in {"script", "bin"}]
    if scripts:
        spots = tuple(Spot(manifest, line, says=name) for _, name, manifest, line in scripts)
        says = f"installs {', '.join(sorted({name for _, name, _, _ in scripts})[:6])}"
        yield Finding("L5", "command-line", "structure.scripts", spots[0], says, 0.9, evidence="manifest", places=spots)


def _mvc(scene: Scene) -> Iterator[Finding]:
    folders = Counter(part for f in scene.files if f.own for part in f.folder.lower().split("/"))
    if all(folders[name] >= 2 for name in _MVC):  # noqa: PLR2004 -- one file is no layer
        at = next(f for f in scene.files if f.own and "controllers" in f.folder.lower().split("/"))
        says = ", ".join(f"{folders[name]} files in {name}" for name in _MVC)
        yield Finding("L5", "model-view-controller", "structure.mvc", Spot(at.path), says, 0.7, evidence="lexical")


DETECTORS: Sequence[Callable[[Scene], Iterator[Finding]]] = (
    _plugins,
    _events,
    _monorepo,
    _services,
    _beside,
    _kind,
    _mvc,
)
