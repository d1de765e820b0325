"""Reads the text of a PDF on standard input, in a process of its own that cannot grow or go on for long.

Run as a program: what takes a PDF apart is written in C++, and a file that was made to break it then breaks
this process and not the server. It knows no settings and no database.
"""

from __future__ import annotations

import resource
import sys

MEMORY = 1024 * 1024 * 1024
SECONDS = 20
PROTECTED, TOO_LONG, DAMAGED = 3, 4, 5


def main(most_pages: int, most_signs: int) -> int:
    """Write the text, and return 0 or why not."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
        if len(document) > most_pages:
            return TOO_LONG
        room = most_signs
        for page in document:
            text = page.get_textpage().get_text_bounded()
            room -= len(text)
            if room < 0:
                return TOO_LONG
            sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
    except pypdfium2.PdfiumError as fault:
        return PROTECTED if "assword" in str(fault) else DAMAGED
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
