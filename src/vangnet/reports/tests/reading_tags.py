"""Read the structure of a tagged PDF back: its language, its kinds of parts, and alternative texts."""

import ctypes

import pypdfium2
import pypdfium2.raw as raw


def _text(ask, *at):
    size = ask(*at, None, 0)
    buffer = ctypes.create_string_buffer(max(size, 2))
    ask(*at, buffer, size)
    return buffer.raw[: max(size - 2, 0)].decode("utf-16-le")


def language(file):
    """Return the language that the document says it is in."""
    document = pypdfium2.PdfDocument(file)
    try:
        size = raw.FPDFCatalog_GetLanguage(document, None, 0)
        buffer = (raw.FPDF_WCHAR * (size // 2 + 1))()
        raw.FPDFCatalog_GetLanguage(document, buffer, size)
        return "".join(map(chr, buffer)).rstrip("\0")
    finally:
        document.close()


def parts(file):
    """Return (kind, alternative text) of each part of the structure, in reading order."""
    document, found = pypdfium2.PdfDocument(file), []

    def walk(element):
        kind = _text(raw.FPDF_StructElement_GetType, element)
        found.append((kind, _text(raw.FPDF_StructElement_GetAltText, element)))
        for number in range(max(0, raw.FPDF_StructElement_CountChildren(element))):
            child = raw.FPDF_StructElement_GetChildAtIndex(element, number)
            if child:
                walk(child)

    try:
        for page in document:
            tree = raw.FPDF_StructTree_GetForPage(page)
            for number in range(raw.FPDF_StructTree_CountChildren(tree)):
                walk(raw.FPDF_StructTree_GetChildAtIndex(tree, number))
            raw.FPDF_StructTree_Close(tree)
            page.close()
    finally:
        document.close()
    return found
