"""RFC 3676: lines that a mailer broke only to send them."""

SIGNATURE_MARK = "-- "


def unflow(*, text: str, delete_space: bool) -> str:
    """Join flowed lines into paragraphs, each at its depth of quoting."""
    out: list[str] = []
    pieces: list[str] = []
    open_depth = -1
    for raw_line in text.split("\n"):
        depth, line = _depth(raw_line)
        if pieces and (depth != open_depth or line == SIGNATURE_MARK):
            out.append(_line(open_depth, pieces))
            pieces = []
        is_flowed = line.endswith(" ") and line != SIGNATURE_MARK
        pieces.append(line[:-1] if is_flowed and delete_space else line)
        open_depth = depth
        if not is_flowed:
            out.append(_line(depth, pieces))
            pieces = []
    if pieces:
        out.append(_line(open_depth, pieces))
    return "\n".join(out)


def _depth(line: str) -> tuple[int, str]:
    bare = line.lstrip(">")
    depth = len(line) - len(bare)
    return depth, bare.removeprefix(" ")


def _line(depth: int, pieces: list[str]) -> str:
    text = "".join(pieces)
    return f"{'>' * depth} {text}" if depth else text
