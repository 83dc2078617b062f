"""What a browser and a sheet of paper are handed: fonts, icons, one style sheet, one script.

`flask assets build` (and `hatch_build.py`, when a wheel is made) writes them to `static/dist`
under names that carry a hash of their content, with a manifest. Nothing third-party stands in
the repository: fonts and icons come from installed packages. Built twice, the bytes are the same.

Only the standard library is imported at the top: the build hook runs where Flask is not
installed, and production runs where the font tools are not.
"""

import base64
import hashlib
import importlib.metadata
import importlib.util
import io
import json
import re
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask, Response
    from markupsafe import Markup

STATIC = Path(__file__).parent / "static"
DIST = STATIC / "dist"
MANIFEST = "manifest.json"
ONE_YEAR_SECONDS = 31_536_000

# Latin with Western accents, Cyrillic with Ukrainian and Kazakh Г, and the signs a hotel prints.
CHARACTERS = (
    "U+0020-007E,U+00A0-017F,U+0192,U+02C6,U+02DA,U+02DC,U+2000-200D,U+2010-2015,U+2018-201E,"
    "U+2020-2022,U+2026,U+202F,U+2030,U+2039-203A,U+20AC,U+20B8,U+20BD,U+2116,U+2122,"
    "U+2190-2193,U+2212,U+2248,U+2260,U+2264-2265,U+2713,U+0400-045F,U+0490-0491"
)
FEATURES = [
    "kern",
    "liga",
    "calt",
    "ccmp",
    "locl",
    "mark",
    "mkmk",
    "tnum",
    "lnum",
    "pnum",
    "case",
]

# What the browsers of a hotel's desk and its guests' phones have understood since 2023.
BROWSERS = [
    "chrome >= 111",
    "edge >= 111",
    "firefox >= 121",
    "safari >= 16.4",
    "ios_saf >= 16.4",
]


class AssetsNotBuilt(RuntimeError):
    """The manifest is missing, or names no such asset."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The asset {name!r} is not in {DIST / MANIFEST}: run `flask assets build` first.")


class UnknownIcon(LookupError):
    """A template asks for an icon that the sprite does not carry, or the sprite for one that is not drawn."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"There is no icon {name!r}: portal/static/img/icons.txt lists those of the sprite "
            "by their names in the lucide package; add it there and run `flask assets build`."
        )


def init_app(app: "Flask") -> None:
    """Give templates `asset()` and `icon()`, the command line `assets build`."""
    import mimetypes

    import click
    from flask.cli import AppGroup

    mimetypes.add_type("font/woff2", ".woff2")  # Unknown to the tables of some systems.
    app.jinja_env.globals.update(asset=asset_url, icon=icon)
    app.after_request(_keep_forever)
    group = AppGroup("assets", help="Fonts, icons, the style sheet and the script.")

    @group.command("build")
    def build_command() -> None:
        """Write portal/static/dist from the sources and the installed packages."""
        for name, size_bytes in sorted(build().items()):
            click.echo(f"{name:20} {size_bytes:>9,} bytes")

    app.cli.add_command(group)


# --- Looking up -------------------------------------------------------------------------------


def asset_url(name: str) -> str:
    """The address of an asset by its plain name, as in `asset('portal.css')`."""
    from flask import current_app, has_request_context, request

    # Not url_for: a page asks for some forty icons, and each would be routed anew.
    root = request.script_root if has_request_context() else ""
    return f"{root}{current_app.static_url_path}/dist/{_file_name(name)}"


def asset_bytes(name: str) -> bytes:
    """The content of an asset, for paper: `asset_bytes('document.css')` fetches nothing itself."""
    return (DIST / _file_name(name)).read_bytes()


def icon(name: str, label: str = "") -> "Markup":
    """An icon of the sprite. Without a `label` it is decoration and silent to a screen reader."""
    from markupsafe import Markup

    if name not in _manifest()["icons"]:
        raise UnknownIcon(name)
    href = f"{asset_url('icons.svg')}#{name}"
    if label:
        return Markup('<svg class="ico" role="img" aria-label="{}"><use href="{}"/></svg>').format(
            label, href
        )
    return Markup('<svg class="ico" aria-hidden="true"><use href="{}"/></svg>').format(href)


def _keep_forever(response: "Response") -> "Response":
    """A name that carries the content's hash never goes stale."""
    from flask import request

    is_built = request.endpoint == "static" and request.path.split("/")[-2:-1] == ["dist"]
    if is_built and response.status_code in {200, 206, 304}:
        response.cache_control.public = True
        response.cache_control.max_age = ONE_YEAR_SECONDS
        response.cache_control.immutable = True
        response.cache_control.no_cache = None
    return response


def _file_name(name: str) -> str:
    try:
        return str(_manifest()["files"][name])
    except KeyError as error:
        raise AssetsNotBuilt(name) from error


def _manifest() -> Mapping[str, Any]:
    path = DIST / MANIFEST
    try:
        # A rebuild beside a running server is noticed by the file's time.
        return _read_manifest(path, path.stat().st_mtime_ns)
    except FileNotFoundError as error:
        raise AssetsNotBuilt(MANIFEST) from error


@lru_cache(maxsize=4)
def _read_manifest(path: Path, _mtime_ns: int) -> Mapping[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text())
    return content


# --- Building ---------------------------------------------------------------------------------


def build(static: Path = STATIC) -> dict[str, int]:
    """Write `static/dist` anew; say how many bytes each asset takes."""
    built: dict[str, bytes] = {}
    names: dict[str, str] = {}
    for name, content in _make(static, names):
        stem, extension = name.rsplit(".", 1)
        names[name] = f"{stem}.{hashlib.sha256(content).hexdigest()[:10]}.{extension}"
        built[name] = content
    # Written beside and moved over: a server that runs meanwhile sees the old set or the new.
    fresh = static / "dist.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for name, content in built.items():
        (fresh / names[name]).write_bytes(content)
    manifest = {"files": names, "icons": sorted(_icon_names(static))}
    (fresh / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n")
    shutil.rmtree(static / "dist", ignore_errors=True)
    fresh.rename(static / "dist")
    return {name: len(content) for name, content in built.items()}


def _make(static: Path, names: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """Each asset's plain name and content; what the style sheet points at comes before it, and before
    the fonts, which take seconds, what a slip of the pen can break.
    """
    yield "icons.svg", _sprite(_icon_names(static)).encode()
    onest = next((_package("fontpkg_onest") / "files").glob("*.ttf"))
    spectral = _package("fontpkg_spectral") / "files" / "Spectral-Medium.ttf"
    yield "onest.woff2", _font(onest, wght=(400, 700))
    yield "spectral-500.woff2", _font(spectral)
    for image in sorted((static / "img").glob("*.svg")):
        yield image.name, _tidy_svg(image.read_text()).encode()
    yield "portal.css", _style_sheet(static / "css", names).encode()
    yield "portal.js", _script(static / "js").encode()
    paper = {
        "onest-400.ttf": _font(onest, flavor=None, wght=400),
        "onest-600.ttf": _font(onest, flavor=None, wght=600),
        "spectral-500.ttf": _font(spectral, flavor=None),
    }
    yield "notices.txt", _notices().encode()
    yield "document.css", _paper_sheet(static / "css-pdf", paper).encode()


def _font(source: Path, *, flavor: str | None = "woff2", **axes: float | tuple[float, float]) -> bytes:
    """The font at `source`, with the characters, features and weights that are used."""
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    # Without recalcTimestamp=False each build would carry its own minute.
    font = TTFont(source, recalcTimestamp=False)
    options = subset.Options()
    options.layout_features = FEATURES
    options.drop_tables += ["meta"]  # It names scripts; the subsetter cannot cut it down.
    options.hinting = False  # Screens have been dense enough for years; a third of the bytes.
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=subset.parse_unicodes(CHARACTERS))
    subsetter.subset(font)
    if axes:
        font = instancer.instantiateVariableFont(_reopened(font), axes)
    font.flavor = flavor
    content = io.BytesIO()
    font.save(content)
    return content.getvalue()


def _reopened(font: Any) -> Any:
    """The instancer wants a font as read from a file."""
    from fontTools.ttLib import TTFont

    content = io.BytesIO()
    font.save(content)
    content.seek(0)
    return TTFont(content, recalcTimestamp=False)


def _sprite(wanted: list[str]) -> str:
    symbols = []
    with zipfile.ZipFile(_package("lucide") / "lucide.zip") as drawings:
        for name in wanted:
            if f"{name}.svg" not in drawings.namelist():
                raise UnknownIcon(name)
            drawing = drawings.read(f"{name}.svg").decode()
            inner = _tidy_svg(drawing[drawing.index(">") + 1 : drawing.rindex("</svg>")])
            symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{inner}</symbol>')
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>'


def _icon_names(static: Path) -> list[str]:
    lines = (static / "img" / "icons.txt").read_text().splitlines()
    return [line.split("#")[0].strip() for line in lines if line.split("#")[0].strip()]


def _style_sheet(folder: Path, names: Mapping[str, str]) -> str:
    import lightningcss

    source = "\n".join(path.read_text() for path in sorted(folder.glob("*.css")))
    hashed = re.sub(
        r"url\(([\w-]+\.(?:woff2|svg))\)",
        lambda match: f"url({names[match[1]]})",
        source,
    )
    return str(lightningcss.process_stylesheet(hashed, browsers_list=BROWSERS, minify=True))


def _script(folder: Path) -> str:
    """One file of small modules, each in its own block, so that no name meets another."""
    import rjsmin

    modules = [f"{{{rjsmin.jsmin(path.read_text())}}}" for path in sorted(folder.glob("*.js"))]
    return '"use strict";\n' + "\n".join(modules) + "\n"


def _paper_sheet(folder: Path, fonts: Mapping[str, bytes]) -> str:
    """The style sheet of documents, its fonts inside it: the renderer may fetch nothing."""
    source = "\n".join(path.read_text() for path in sorted(folder.glob("*.css")))
    for name, content in fonts.items():
        data = base64.b64encode(content).decode()
        source = source.replace(f"url({name})", f'url("data:font/ttf;base64,{data}")')
    return source


def _notices() -> str:
    """The licences of what is redistributed, as they ask for."""
    parts = []
    for name in ("fontpkg-onest", "fontpkg-spectral", "lucide"):
        licence = importlib.metadata.distribution(name).read_text("licenses/LICENSE")
        if licence is None:
            raise AssetsNotBuilt(f"licence of {name}")
        parts.append(f"{name}\n{'=' * len(name)}\n\n{licence.strip()}\n")
    return "\n\n".join(parts)


def _tidy_svg(drawing: str) -> str:
    return re.sub(r"\s*\n\s*", " ", drawing).replace("> <", "><").strip()


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(
            f"The package {name!r} is needed to build the assets: "
            "install the dependency group `assets` of pyproject.toml."
        )
    return Path(spec.origin).parent
