"""The built web applications inside the package: what the build's manifest names, and the files themselves.

A file's name carries a hash of its content, so it may be kept for ever. Texts are compressed once, in memory.
"""

from __future__ import annotations

import gzip
import json
import mimetypes
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import FileResponse, Response

PREFIX: Final = "/assets"
_KEEP: Final = "public, max-age=31536000, immutable"
_REVALIDATE: Final = "no-cache"
_TEXTS: Final = (".js", ".css", ".svg", ".json", ".webmanifest", ".html", ".txt")
_WORTH_BYTES: Final = 1_024  # below it compression gains nothing

mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("application/manifest+json", ".webmanifest")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a page of one application loads: the module, style sheets, modules worth fetching early. Addresses."""

    script: str
    styles: tuple[str, ...]
    preloads: tuple[str, ...]


@dataclass(slots=True)
class Assets:
    """The files under ``folder`` (one folder per application, each with its ``manifest.json``)."""

    folder: Path
    _manifests: dict[str, dict[str, Any]] = field(default_factory=dict)
    _compressed: dict[Path, bytes] = field(default_factory=dict)

    def entry(self, application: str, language: str) -> Entry | None:
        """What to load, with the message catalogue of ``language``; ``None`` while the application is not built."""
        manifest = self._manifest(application)
        main = manifest.get("src/main.ts")
        if main is None:
            return None
        chunks = [main, *_reached(manifest, main)]
        words = manifest.get(f"src/locales/{language}.ts")
        preloads = [chunk["file"] for chunk in chunks[1:]] + ([words["file"]] if words else [])
        styles = [style for chunk in chunks for style in chunk.get("css", ())]
        base = f"{PREFIX}/{application}/"
        return Entry(
            base + main["file"],
            tuple(base + style for style in dict.fromkeys(styles)),
            tuple(base + file for file in dict.fromkeys(preloads)),
        )

    def response(self, request: Request, path: str) -> Response | None:
        """The file at ``path`` below the folder, compressed where the browser likes it; ``None``: there is none."""
        file = (self.folder / path).resolve()
        hidden = any(part.startswith(".") for part in Path(path).parts)
        if hidden or not file.is_relative_to(self.folder.resolve()) or not file.is_file():
            return None
        media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        # Only what the build put into ``assets/`` has a hash in its name.
        headers = {"cache-control": _KEEP if "/assets/" in path else _REVALIDATE, "vary": "accept-encoding"}
        compressible = file.suffix in _TEXTS and file.stat().st_size >= _WORTH_BYTES
        if not compressible or "gzip" not in request.headers.get("accept-encoding", ""):
            return FileResponse(file, media_type=media_type, headers=headers)
        return Response(self._gzip(file), media_type=media_type, headers=headers | {"content-encoding": "gzip"})

    def _manifest(self, application: str) -> dict[str, Any]:
        if application not in self._manifests:
            file = self.folder / application / "manifest.json"
            if not file.is_file():
                return {}
            self._manifests[application] = json.loads(file.read_text())
        return self._manifests[application]

    def _gzip(self, file: Path) -> bytes:
        if file not in self._compressed:
            self._compressed[file] = gzip.compress(file.read_bytes(), 9)
        return self._compressed[file]


def _reached(manifest: dict[str, Any], chunk: dict[str, Any]) -> list[dict[str, Any]]:
    """The chunks that ``chunk`` imports statically, however deep, each once."""
    found: dict[str, dict[str, Any]] = {}
    waiting = list(chunk.get("imports", ()))
    while waiting:
        name = waiting.pop(0)
        if name not in found:
            found[name] = manifest[name]
            waiting.extend(manifest[name].get("imports", ()))
    return list(found.values())
