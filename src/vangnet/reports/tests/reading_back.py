"""Read a finished document back: what it says, without the line breaks of its layout."""

import ctypes
from io import BytesIO

import pypdfium2
import pypdfium2.raw
from docx import Document


def squeezed(text):
    """Leave out all white space: a line may break anywhere."""
    return "".join(text.replace("\x02", "-").replace("\ufffe", "-").split())


def pdf_pages(file):
    document = pypdfium2.PdfDocument(file)
    try:
        return [squeezed(page_text(page)) for page in document]
    finally:
        document.close()


def page_text(page):
    text = page.get_textpage()
    try:
        return text.get_text_range()
    finally:
        text.close()
        page.close()


def pdf_properties(file):
    """Return title, and whether the file is tagged for screen readers."""
    document = pypdfium2.PdfDocument(file)
    try:
        tagged = bool(pypdfium2.raw.FPDFCatalog_IsTagged(document))
        return document.get_metadata_value("Title"), tagged
    finally:
        document.close()


def docx_text(file):
    word = Document(BytesIO(file))
    return squeezed("".join(node.text or "" for node in word.element.body.iter() if node.tag.endswith("}t")))


def docx_links(file):
    """Return every address that a Word document leads to."""
    links = Document(BytesIO(file)).part.rels.values()
    return {link.target_ref for link in links if link.is_external}


def pdf_links(file):
    """Return every address that a PDF leads to."""
    raw, found = pypdfium2.raw, set()
    document = pypdfium2.PdfDocument(file)
    try:
        for page in document:
            place, link = ctypes.c_int(0), raw.FPDF_LINK()
            while raw.FPDFLink_Enumerate(page, place, link):
                action = raw.FPDFLink_GetAction(link)
                size = raw.FPDFAction_GetURIPath(document, action, None, 0)
                buffer = ctypes.create_string_buffer(size)
                raw.FPDFAction_GetURIPath(document, action, buffer, size)
                found.add(buffer.value.decode())
            page.close()
    finally:
        document.close()
    return found


def every_text(sheet):
    """Return each text that a factsheet holds."""
    tables = (sheet.peers, sheet.indicators, sheet.sources)
    cells = [text for t in tables for row in t.shown for _, c in row for text in (c.text, c.verdict, c.note)]
    keys = [text for k in sheet.key_figures for text in (k.label, k.value, k.rate, k.change, k.margin)]
    return [
        *(sheet.title, sheet.subtitle, sheet.summary, sheet.status, sheet.peers_title, sheet.map.title),
        *(sheet.figures_title, sheet.indicators_title, sheet.peers.note),
        *sheet.reading,
        *sheet.strategy,
        *sheet.caution,
        *keys,
        *cells,
    ]


def alternative_texts(file):
    """Return the alternative texts of the pictures on the first page."""
    raw = pypdfium2.raw
    document = pypdfium2.PdfDocument(file)
    page = document[0]
    tree = raw.FPDF_StructTree_GetForPage(page)
    found = []

    def walk(element):
        size = raw.FPDF_StructElement_GetAltText(element, None, 0)
        if size > 2:
            buffer = ctypes.create_string_buffer(size)
            raw.FPDF_StructElement_GetAltText(element, buffer, size)
            found.append(buffer.raw[: size - 2].decode("utf-16-le"))
        for number in range(max(0, raw.FPDF_StructElement_CountChildren(element))):
            child = raw.FPDF_StructElement_GetChildAtIndex(element, number)
            if child:
                walk(child)

    for number in range(raw.FPDF_StructTree_CountChildren(tree)):
        walk(raw.FPDF_StructTree_GetChildAtIndex(tree, number))
    raw.FPDF_StructTree_Close(tree)
    page.close()
    document.close()
    return found
