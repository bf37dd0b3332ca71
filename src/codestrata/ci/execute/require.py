"""What a plan requires of a repository, asked before anything runs."""

from __future__ import annotations

from codestrata.ci.execute.surroundings import World, parsed
from codestrata.ci.expressions import State
from codestrata.ci.expressions.globs import matcher


def hindrance(world: World) -> str:
    """Say why a plan is not about a repository; "" when it is. Raises ExpressionError for what it cannot read."""
    require, repository = world.plan.require, world.scene.repository
    for pattern in require.files:
        if not any(map(matcher(pattern), world.scene.paths)):
            return f"it requires a file {pattern}"
    language = str(repository.get("language", ""))
    if language and require.languages and language.casefold() not in {one.casefold() for one in require.languages}:
        return f"it requires {' or '.join(require.languages)}, not {language}"
    size = repository.get("bytes", -1)
    if require.max_bytes and isinstance(size, int) and size > require.max_bytes:
        return f"it has {size} bytes, at most {require.max_bytes} are allowed"
    if require.condition:
        scope = world.surroundings(State()).scope()
        if not parsed(require.condition, "require").evaluate(scope):
            return f"the requirement does not hold: {require.condition}"
    return ""
