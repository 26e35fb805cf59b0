"""Prints the TypeScript of the wire: ``src/wire.ts`` from the msgspec structs, ``openapi.json`` from the HTTP API.

It decides names and nothing else: bodies end in ``Body``, frames in ``Frame``, so that none hides a name of the
browser. A field that the server leaves out when it has its default is optional here.

``python generate.py`` writes; ``python generate.py --check`` writes nothing and fails when a file would change.
"""

from __future__ import annotations

import inspect
import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from liyu.app.api import application
from liyu.protocol import events, frames, snapshots

HERE = Path(__file__).resolve().parent
HEAD = "/** Printed by generate.py from the server's own structs. Do not edit. */\n"
PLAIN = {
    msgspec.inspect.StrType: "string",
    msgspec.inspect.IntType: "number",
    msgspec.inspect.FloatType: "number",
    msgspec.inspect.BoolType: "boolean",
    msgspec.inspect.NoneType: "null",
    msgspec.inspect.RawType: "unknown",
    msgspec.inspect.AnyType: "unknown",
}


def name_of(struct: type) -> str:
    """The exported name: told apart by what the struct is for, not by where it stands."""
    if issubclass(struct, frames.ClientFrame | frames.ServerFrame):
        return f"{struct.__name__}Frame"
    if issubclass(struct, events.Body):
        return f"{struct.__name__}Body"
    return "LogEvent" if struct is frames.Event else struct.__name__


def typescript(kind: msgspec.inspect.Type) -> str:
    """The TypeScript type of a field."""
    match kind:
        case msgspec.inspect.ListType(item_type=item) | msgspec.inspect.VarTupleType(item_type=item):
            return f"readonly {atom(item)}[]"
        case msgspec.inspect.TupleType(item_types=items):
            return f"readonly [{', '.join(typescript(item) for item in items)}]"
        case msgspec.inspect.DictType(key_type=key, value_type=value):
            return f"Readonly<Record<{typescript(key)}, {typescript(value)}>>"
        case msgspec.inspect.LiteralType(values=values):
            return " | ".join(json.dumps(value) for value in values)
        case msgspec.inspect.UnionType(types=members):
            return " | ".join(typescript(member) for member in members)
        case msgspec.inspect.StructType(cls=struct):
            return name_of(struct)
    plain = PLAIN.get(type(kind))
    if plain is None:
        raise TypeError(f"No TypeScript for {kind!r}")
    return plain


def atom(kind: msgspec.inspect.Type) -> str:
    """The same, fit to stand before ``[]``."""
    text = typescript(kind)
    return f"({text})" if " " in text else text


def comment(of: Any) -> str:
    """The docstring as a comment."""
    lines = inspect.cleandoc(of.__doc__ or "").replace("``", "`").splitlines()
    if len(lines) == 1:
        return f"/** {lines[0]} */\n"
    return "/**\n" + "".join(f" * {line}".rstrip() + "\n" for line in lines) + " */\n"


def interface(struct: type[msgspec.Struct]) -> str:
    """The struct as an exported interface."""
    info = msgspec.inspect.type_info(struct)
    assert isinstance(info, msgspec.inspect.StructType)
    lines = [f'  readonly {info.tag_field}: "{info.tag}";\n'] if info.tag_field else []
    omits = struct.__struct_config__.omit_defaults
    for field in info.fields:
        optional = "?" if omits and not field.required else ""
        lines.append(f"  readonly {field.encode_name}{optional}: {typescript(field.type)};\n")
    body = "".join(lines)
    head = f"{comment(struct)}export interface {name_of(struct)} "
    return f"{head}{{\n{body}}}\n" if body else f"{head}{{}}\n"


def structs_of(module: Any) -> list[type[msgspec.Struct]]:
    """The module's own structs that travel, in the order of the file; bases of others do not."""
    bases = {events.Body, events.Message, frames.ClientFrame, frames.ServerFrame}
    found = [value for value in vars(module).values() if isinstance(value, type) and issubclass(value, msgspec.Struct)]
    return [struct for struct in found if struct.__module__ == module.__name__ and struct not in bases]


def constant(name: str, values: Any) -> str:
    """An exported constant."""
    return f"export const {name} = {json.dumps(values)} as const;\n"


def wire() -> str:
    """The whole of ``src/wire.ts``."""
    parts = [HEAD]
    parts += [interface(struct) for module in (events, frames, snapshots) for struct in structs_of(module)]
    bodies = "".join(f'  readonly "{kind}": {name_of(body)};\n' for kind, body in events.KINDS.items())
    parts.append(f"/** kind → its body. */\nexport interface Bodies {{\n{bodies}}}\nexport type Kind = keyof Bodies;\n")
    for title, base in (("ClientFrame", frames.ClientFrame), ("ServerFrame", frames.ServerFrame)):
        members = [name_of(struct) for struct in structs_of(frames) if issubclass(struct, base)]
        parts.append(f"export type {title} =\n  | " + "\n  | ".join(members) + ";\n")
    codes = {name: value for name, value in vars(frames.Close).items() if name.isupper()}
    parts.append(constant("PROTOCOL", frames.PROTOCOL))
    for title, kinds in (("MESSAGES", events.MESSAGES), ("CHANGES", events.CHANGES), ("SENDABLE", events.SENDABLE)):
        parts.append(constant(title, [kind for kind in events.KINDS if kind in kinds]))
    parts.append(comment(frames.Close) + constant("CLOSE", codes))
    for title in ("Visibility", "Role"):
        parts.append(f"export type {title} = {typescript(msgspec.inspect.type_info(getattr(events, title)))};\n")
    return "\n".join(parts)


def openapi() -> str:
    """The HTTP API's own description, with stable order."""
    return json.dumps(application(None).openapi(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main(check: bool) -> int:
    """Writes or compares; 1 when something differs and ``check`` holds."""
    changed = []
    for path, text in ((HERE / "src" / "wire.ts", wire()), (HERE / "openapi.json", openapi())):
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        changed.append(path.name)
        if not check:
            path.write_text(text, encoding="utf-8")
    if changed and check:
        print(f"Out of date: {', '.join(changed)}. Run: npm run generate -w @liyu/protocol", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
