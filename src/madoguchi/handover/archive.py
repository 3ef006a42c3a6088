"""The archive as a file: members with their hashes, written and read piece by piece."""

import hashlib
import json
import os
import shutil
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any, Self

from madoguchi.core.errors import InvalidInputError, Problem

FORMAT = "madoguchi-contract"
VERSION = 1
MANIFEST = "manifest.json"
PIECE = 1 << 20
LONGEST_LINE = 64 << 20
LARGEST_MANIFEST = 256 << 20
LARGEST_FILE = 512 << 20
MOST_MEMBERS = 5_000_000
# text of rows shrinks ten to thirty times; what shrinks a thousand times was made to fill a disk
MOST_SHRUNK = 1_000
SMALL = 10 << 20


class Writer:
    """Writes members one after the other; what it wrote is in `members`, for the manifest."""

    def __init__(self, path: Path) -> None:
        self.members: list[dict[str, Any]] = []
        self._file = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, allowZip64=True, compresslevel=6)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()

    def add_lines(self, name: str, lines: Iterable[Mapping[str, object]]) -> int:
        """Write objects as JSON Lines. Returns how many."""
        count = 0

        def pieces() -> Iterator[bytes]:
            nonlocal count
            for each in lines:
                count += 1
                yield json.dumps(each, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"

        self.add(name, pieces(), rows=lambda: count)
        return count

    def add(self, name: str, pieces: Iterable[bytes], **more: Any) -> None:  # noqa: ANN401  # said of the member
        digest, size = hashlib.sha256(), 0
        with self._file.open(name, "w", force_zip64=True) as member:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                member.write(piece)
        said = {key: value() if callable(value) else value for key, value in more.items()}
        self.members.append({"name": name, "size": size, "sha256": digest.hexdigest(), **said})

    def finish(self, head: Mapping[str, object]) -> None:
        """Write the manifest, the last member."""
        manifest = {"format": FORMAT, "version": VERSION, **head, "members": self.members}
        self._file.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))


def pieces_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def file_hash(path: Path) -> str:
    digest = hashlib.sha256()
    for piece in pieces_of(path):
        digest.update(piece)
    return digest.hexdigest()


class Reader:
    """An archive held to its manifest. Everything wrong raises InvalidInputError, with the member's name."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._file = zipfile.ZipFile(path)
            self._infos = self._listed()
            self.manifest = self._manifest()
        except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, EOFError) as error:
            raise self.wrong("", f"not a whole ZIP archive ({error})", "a file that an export wrote") from error
        self.members: dict[str, dict[str, Any]] = {each["name"]: each for each in self.manifest["members"]}
        self._hold_to_manifest()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()

    def wrong(self, member: str, given: str, allowed: str, *, line: int | None = None) -> InvalidInputError:
        return InvalidInputError([Problem(where=str(self.path), key=member, given=given, allowed=allowed, line=line)])

    def _listed(self) -> dict[str, zipfile.ZipInfo]:
        infos = self._file.infolist()
        if len(infos) > MOST_MEMBERS:
            raise self.wrong("", f"{len(infos)} members", f"at most {MOST_MEMBERS}")
        found = {each.filename: each for each in infos}
        if len(found) != len(infos):
            raise self.wrong("", "a member's name twice", "each name once")
        for name, info in found.items():
            self._check_info(name, info)
        total, free = sum(each.file_size for each in infos), shutil.disk_usage(self.path.parent).free
        if total > free:
            raise self.wrong("", f"{total} bytes unpacked", f"no more than the disk has free, {free}")
        return found

    def _check_info(self, name: str, info: zipfile.ZipInfo) -> None:
        parts = PurePosixPath(name)
        if parts.is_absolute() or ".." in parts.parts or "\\" in name or ":" in name or str(parts) != name:
            raise self.wrong(name, "a name that leads elsewhere", "a plain path inside the archive")
        if info.flag_bits & 1:
            raise self.wrong(name, "an encrypted member", "members without a password")
        if info.file_size > SMALL and info.file_size > MOST_SHRUNK * max(info.compress_size, 1):
            raise self.wrong(
                name, f"{info.compress_size} bytes that become {info.file_size}", f"at most {MOST_SHRUNK} times as many"
            )

    def _manifest(self) -> dict[str, Any]:
        info = self._infos.get(MANIFEST)
        if info is None or info.file_size > LARGEST_MANIFEST:
            raise self.wrong(MANIFEST, "missing or too large", "the manifest that an export wrote")
        try:
            found = json.loads(self._file.read(MANIFEST))
            kind, version = found["format"], found["version"]
            good = all({"name", "size", "sha256"} <= each.keys() for each in found["members"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise self.wrong(MANIFEST, "not readable", "the manifest that an export wrote") from error
        if (kind, version) != (FORMAT, VERSION) or not good:
            raise self.wrong(MANIFEST, f"format {kind!r}, version {version!r}", f"{FORMAT!r}, version {VERSION}")
        return dict(found)

    def _hold_to_manifest(self) -> None:
        there, said = self._infos.keys() - {MANIFEST}, self.members.keys()
        for name in sorted(said - there):
            raise self.wrong(name, "missing", "every member that the manifest names")
        for name in sorted(there - said):
            raise self.wrong(name, "not in the manifest", "the members that the manifest names, no others")
        for name, member in self.members.items():
            size = self._infos[name].file_size
            if size != member["size"]:
                raise self.wrong(name, f"{size} bytes", f"the {member['size']} bytes of the manifest")

    def verify(self) -> None:
        """Read every member once and hold it to its hash."""
        for name, member in self.members.items():
            digest = hashlib.sha256()
            with self.opened(name) as file:
                while piece := file.read(PIECE):
                    digest.update(piece)
            if digest.hexdigest() != member["sha256"]:
                raise self.wrong(name, f"SHA-256 {digest.hexdigest()}", f"the manifest's {member['sha256']}")

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        try:
            with self._file.open(self._infos[name]) as file:
                yield file
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            raise self.wrong(name, f"changed bytes ({error})", "the member as it was written") from error

    def lines(self, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield a member's objects with their line numbers; a member that is not there has none."""
        if name not in self.members:
            return
        with self.opened(name) as file:
            number = 0
            while line := file.readline(LONGEST_LINE):
                number += 1
                yield number, self._object(name, number, line)

    def _object(self, name: str, number: int, line: bytes) -> dict[str, Any]:
        try:
            found = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise self.wrong(name, "not JSON", "a JSON object a line", line=number) from error
        if not isinstance(found, dict):
            raise self.wrong(name, "no object", "a JSON object a line", line=number)
        return found

    def content(self, name: str) -> bytes:
        """Return a small member whole."""
        if name not in self.members or self._infos[name].file_size > LARGEST_FILE:
            raise self.wrong(name, "missing or too large", f"a member of at most {LARGEST_FILE} bytes")
        with self.opened(name) as file:
            return file.read()

    def copy(self, name: str, target: Path) -> None:
        """Write a member to a file, under another name until it is whole."""
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = target.with_name(f".{target.name}.{os.getpid()}")
        with self.opened(name) as file, aside.open("wb") as out:
            shutil.copyfileobj(file, out, PIECE)
        aside.replace(target)
