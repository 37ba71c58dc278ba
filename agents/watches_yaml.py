"""YAML as the configuration of watches is read: safely, strictly, and with the line of every value at hand.

What YAML lets pass in silence is refused: aliases, a key that stands there twice, hundreds of brackets in one another.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml

from schemas.errors import WatchConfigError

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The same language by libyaml, where it is: a file of 100 kB takes a second otherwise."""

MAX_DEPTH = 20
"""Of lists and mappings in one another."""


def read_yaml(text: str, name: str) -> tuple[yaml.Node | None, Any]:
    """The root node, for the lines, and the data; `name` stands in the errors.

    Raises:
        WatchConfigError: it is no YAML, or more than a configuration needs.
    """
    try:
        _refuse_what_unfolds(text, name)
        loader = _LOADER(text)
        root = loader.get_single_node()
        _refuse_repeated_keys(root, name)
        return root, None if root is None else loader.construct_document(root)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        # Where the text ends too early, libyaml names the line after its last.
        line = f", line {min(mark.line + 1, len(text.splitlines()) or 1)}" if mark else ""
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise WatchConfigError(f"{name}{line}: not YAML: {problem}") from error


def line_of(node: yaml.Node | None, location: Sequence[str | int]) -> int:
    """The line of the deepest node on the way to a location, counted from 1."""
    line = 1
    for part in location:
        if isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if key.value == part]
            if not found:
                break
            line, node = found[0][0].start_mark.line + 1, found[0][1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line


def _refuse_what_unfolds(text: str, name: str) -> None:
    """Aliases make a small file unfold into a huge one, and a thousand brackets are no watch: nothing here needs either."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.AliasEvent):
            raise WatchConfigError(f"{name}: YAML aliases (*name) are not read here; write the values out")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise WatchConfigError(f"{name}: lists and mappings stand more than {MAX_DEPTH} deep in one another")


def _refuse_repeated_keys(root: yaml.Node | None, name: str) -> None:
    """YAML would take the last and forget the others, without a word."""
    nodes = [root]
    while nodes:
        node = nodes.pop()
        if isinstance(node, yaml.SequenceNode):
            nodes += node.value
        elif isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                if str(key.value) in seen:
                    raise WatchConfigError(
                        f"{name}, line {key.start_mark.line + 1}: the key {key.value} stands there a second time; put it all under one"
                    )
                seen.add(str(key.value))
                nodes.append(value)
