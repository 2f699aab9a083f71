"""The child process that sets one paper within limits: `python pdf_worker.py < order > paper.pdf`.

It knows nothing of this project. The order is JSON: {"source", "data", "at"}.
"""

import json
import sys
from pathlib import Path

MEMORY = 2 * 1024 * 1024 * 1024  # of address space: fonts are mapped and threads have stacks
CPU_SECONDS = 20


def limit() -> None:
    """No more memory, time or files than a paper needs, where the system can hold that."""
    try:
        import resource  # noqa: PLC0415  Unix only
    except ImportError:
        return
    wanted = {
        resource.RLIMIT_AS: MEMORY,
        resource.RLIMIT_CPU: CPU_SECONDS,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in wanted.items():
        try:
            resource.setrlimit(kind, (most, most))
        except (ValueError, OSError):  # a lower limit holds already, or the system knows none
            continue


def main() -> None:
    order = json.load(sys.stdin.buffer)
    limit()
    import typst  # noqa: PLC0415  after the limits

    source = Path(order["source"])

    def made(*, strict: bool) -> bytes:
        return typst.compile(
            str(source),
            root=str(source.parent),
            ignore_system_fonts=True,
            sys_inputs={"data": order["data"]},
            pdf_standards="ua-1" if strict else None,
            timestamp=order["at"],
            package_path=str(source.parent / "no-packages"),
            package_cache_path=str(source.parent / "no-packages"),
        )

    try:
        paper = made(strict=True)
    except typst.TypstError:
        # A letter that none of the fonts has, say Arabic: the standard forbids the empty box that stands for it.
        paper = made(strict=False)
    sys.stdout.buffer.write(paper)


if __name__ == "__main__":
    main()
