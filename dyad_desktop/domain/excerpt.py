"""Two texts cut to the same length so that what differs between them can be seen."""

LEAD = 12
"""Letters that stand before the first difference."""


def excerpts(before: str, after: str, most: int) -> tuple[str, str]:
    """Return two texts, each of ``most`` letters and an ellipsis or two, from a little before they differ.

    Texts that are short enough stay whole.
    """
    if max(len(before), len(after)) <= most:
        return before, after
    first = next(
        (n for n, (one, other) in enumerate(zip(before, after, strict=False)) if one != other),
        min(len(before), len(after)),
    )
    start = 0 if first < most - LEAD else before.rfind(" ", 0, max(0, first - LEAD)) + 1
    start = start if first - start <= most // 2 else first - LEAD if start else start
    return _cut(before, start, most), _cut(after, start, most)


def _cut(text: str, start: int, most: int) -> str:
    if not start and len(text) <= most:
        return text
    part = text[start : start + most]
    ends = start + most >= len(text)
    return f"{'…' if start else ''}{part.strip()}{'' if ends else '…'}"
