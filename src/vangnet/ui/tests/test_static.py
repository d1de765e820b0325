"""What the pages ask for exists, and the colours can be read."""

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import override_settings

from vangnet.ui import vendor

SOURCE = Path(vendor.__file__).parents[1]
STATIC = Path(vendor.__file__).parent / "static"
TEMPLATES = sorted(SOURCE.glob("**/templates/**/*.html"))
needs_packages = pytest.mark.skipif(
    not vendor.is_current(), reason="front-end packages not installed: python -m vangnet.ui.vendor"
)


def palette(dark):
    blocks = re.findall(r":root \{(.*?)\}", (STATIC / "ui/theme.css").read_text(), re.DOTALL)
    assert len(blocks) == 2
    pairs = re.findall(r"(--vn-[\w-]+): (#[0-9a-f]{3,6});", blocks[0] + (blocks[1] if dark else ""))
    return {
        name: value if len(value) == 7 else "#" + "".join(c * 2 for c in value[1:]) for name, value in pairs
    }


def contrast(one, other):
    def luminance(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_as_wcag_says():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.requirement("TOE-01")
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["page", "surface", "raised", "tint"])
@pytest.mark.parametrize("ink", ["ink", "ink-soft", "action", "action-hover", "good", "bad", "warning"])
def test_text_can_be_read_on_every_ground(ink, ground, dark):
    colours = palette(dark)
    assert contrast(colours[f"--vn-{ink}"], colours[f"--vn-{ground}"]) >= 4.5


@pytest.mark.requirement("TOE-01")
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground", "least"),
    [
        ("on-brand", "brand", 4.5),
        ("on-brand-soft", "brand", 4.5),
        ("on-brand-soft", "brand-strong", 4.5),
        ("on-action", "action", 4.5),
        ("ink", "good-tint", 4.5),
        ("ink", "bad-tint", 4.5),
        ("ink", "warning-tint", 4.5),
        ("bad", "bad-tint", 4.5),
        ("focus-ink", "focus-tint", 4.5),
        ("focus-ink", "signal", 4.5),
        ("line-strong", "surface", 3),
        ("bad-line", "surface", 3),
        ("good-line", "surface", 3),
        ("warning-line", "surface", 3),
        ("focus-page", "page", 3),
        ("focus-page", "surface", 3),
        ("focus-tint", "brand", 3),
    ],
)
def test_lines_and_labels_stand_out(ink, ground, least, dark):
    colours = palette(dark)
    assert contrast(colours[f"--vn-{ink}"], colours[f"--vn-{ground}"]) >= least


@needs_packages
@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_every_static_file_that_a_template_names_exists(template):
    for name in re.findall(r"{% static ['\"]([^'\"]+)['\"]", template.read_text()):
        assert finders.find(name), f"{template.name} asks for {name}"


@needs_packages
def test_production_finds_every_file_that_a_style_sheet_names(tmp_path):
    storage = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    default = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    with override_settings(
        STATIC_ROOT=tmp_path, STORAGES={"default": default, "staticfiles": {"BACKEND": storage}}
    ):
        call_command("collectstatic", interactive=False, verbosity=0)
    names = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    sheet = (tmp_path / names["ui/theme.css"]).read_text()
    font = Path(names["vendor/source-sans-3-400.woff2"]).name
    assert f'url("../vendor/{font}")' in sheet
    assert (tmp_path / "vendor" / font).exists()


@needs_packages
def test_htmx_knows_the_settings_we_give_it():
    base = (Path(vendor.__file__).parent / "templates/base.html").read_text()
    given = json.loads(re.search(r"""name="htmx-config" content='([^']+)'""", base)[1])
    source = (STATIC / "vendor/htmx.min.js").read_text()
    assert {key for key in given if f"{key}:" not in source} == set()


@needs_packages
@pytest.mark.parametrize("sheet", ["ui/theme.css", "ui/vangnet.css", "ui/print.css", "vendor/components.css"])
def test_every_address_in_a_style_sheet_exists_here(sheet):
    for address in re.findall(r"url\(['\"]?([^'\")]+)", (STATIC / sheet).read_text()):
        assert not address.startswith(("http", "//")), f"{sheet} fetches {address} from elsewhere"
        assert address.startswith("data:") or ((STATIC / sheet).parent / address).resolve().is_file()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_template_breaks_the_content_security_policy(template):
    text = template.read_text()
    assert not re.search(r"""<[^>]*\s(style|on\w+)\s*=\s*["']""", text)
    assert not re.search(
        r"<style|<script(?![^>]*\ssrc=)|javascript:|hx-on|<(?:script|link|img)[^>]*https?://", text
    )


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_every_class_of_ours_is_styled(template):
    sheets = "".join((STATIC / f"ui/{name}.css").read_text() for name in ("vangnet", "print"))
    classes = " ".join(re.findall(r'class="([^"]*)"', template.read_text()))
    used = set(re.findall(r"(?<![\w-])vn-[\w-]*\w(?![\w{-])", classes))
    assert used - set(re.findall(r"\.(vn-[\w-]+)", sheets)) == set()


@needs_packages
@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_every_class_of_nl_design_system_is_installed(template):
    classes = " ".join(re.findall(r'class="([^"]*)"', template.read_text()))
    used = set(re.findall(r"(?<![\w-])utrecht-[\w-]*\w(?![\w{-])", classes))
    installed = set(re.findall(r"\.(utrecht-[\w-]+)", (STATIC / "vendor/components.css").read_text()))
    assert used - installed == set()
