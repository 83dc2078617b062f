# What bin/run, bin/test, bin/check and bin/bench have in common. Sourced by sh, never run.
#
#   need_environment GROUP…   .venv with the locked dependencies of the project and the groups
#   need_pango                what prints PDFs
#   need_poppler              what reads PDFs
#   need_chromium             what the browser tests drive; sets CHROMIUM
#   need_catalogues, need_assets
#
# Whatever the system lacks is installed where the user may do so, and otherwise named.

HOUSE=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$HOUSE"
VENV=$HOUSE/.venv
PY=$VENV/bin/python
PYTHONPATH=$HOUSE
export PYTHONPATH
unset FLASK_APP
# Images of containers ask for no bytecode; then each worker and each child would compile the house anew.
unset PYTHONDONTWRITEBYTECODE

say() { printf '%s\n' "$*" >&2; }
fail() {
  say "$*"
  exit 1
}

# Print the comment at the head of the calling script.
help_of() { sed -n '2,/^[^#]/{/^#/s/^# \{0,1\}//p;}' "$1"; }

# install_system DEBIAN-PACKAGES HOMEBREW-PACKAGES FEDORA-PACKAGES: succeeds when something was installed.
install_system() {
  root=
  [ "$(id -u)" = 0 ] || root='sudo'
  if command -v apt-get >/dev/null 2>&1; then
    hint="$root apt-get install -y $1"
    wanted=$1
  elif command -v brew >/dev/null 2>&1; then
    hint="brew install $2"
    wanted=$2
  elif command -v dnf >/dev/null 2>&1; then
    hint="$root dnf install -y $3"
    wanted=$3
  else
    say "Please install these packages (their Debian names): $1"
    return 1
  fi
  if [ -z "$wanted" ]; then
    return 1
  fi
  if [ "${hint#sudo}" != "$hint" ] && ! sudo -n true 2>/dev/null; then
    say "Something is missing on this system. Please run, then start again:"
    say "    $hint"
    return 1
  fi
  say "Installing: $wanted"
  case $hint in
    *apt-get*)
      # shellcheck disable=SC2086  # lists of words
      $root env DEBIAN_FRONTEND=noninteractive apt-get -qq update >/dev/null || say "(the package lists could not be renewed)"
      # shellcheck disable=SC2086
      $root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $wanted >/dev/null || {
        say "That failed; see above. The command was: $hint"
        return 1
      }
      ;;
    *) $hint >&2 ;;
  esac
}

# Sets PYTHON to an interpreter that is new enough, or to nothing.
find_python() {
  PYTHON=
  for candidate in ${PYTHON_FOR_VENV:-} python3 python3.13 python3.12 python3.11 python3.14 python; do
    if command -v "$candidate" >/dev/null 2>&1 &&
      "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      PYTHON=$candidate
      return
    fi
  done
}

make_venv() {
  find_python
  if [ -z "$PYTHON" ]; then
    install_system 'python3 python3-venv' 'python@3.13' 'python3' || true
    find_python
  fi
  [ -n "$PYTHON" ] || fail "Rapport needs Python 3.11 or newer; none was found on this system."
  if ! "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null; then
    version=$("$PYTHON" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    install_system "python$version-venv" '' '' || install_system 'python3-venv' '' '' || fail "Python lacks its venv module."
  fi
  say "Creating .venv with $("$PYTHON" --version)"
  "$PYTHON" -m venv "$VENV"
}

need_environment() {
  [ -x "$PY" ] && "$PY" -c '' 2>/dev/null || {
    rm -rf "$VENV"
    make_venv
  }
  wanted=$(cat constraints.txt pyproject.toml | cksum | tr ' ' '-')
  stamp=$VENV/installed-$(printf '%s-' "$@")$wanted
  [ -e "$stamp" ] && return
  say "Installing the locked dependencies ($*)"
  "$PY" tools/requirements.py "$@" >"$VENV/requirements.txt"
  "$PY" -m pip install -qq --disable-pip-version-check --no-input \
    -c constraints.txt -r "$VENV/requirements.txt" || fail "The dependencies could not be installed; see above."
  rm -f "$VENV/installed-$(printf '%s-' "$@")"*
  : >"$stamp"
}

prints_pdf() { "$PY" -c 'import weasyprint' >/dev/null 2>&1; }

need_pango() {
  [ -e "$VENV/prints-pdf" ] && return
  prints_pdf || install_system 'libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0' 'pango' 'pango' || true
  # Homebrew's libraries are not where the loader looks by itself.
  if ! prints_pdf && command -v brew >/dev/null 2>&1; then
    DYLD_FALLBACK_LIBRARY_PATH=$(brew --prefix)/lib
    export DYLD_FALLBACK_LIBRARY_PATH
  fi
  prints_pdf || fail "PDFs cannot be printed without Pango: $("$PY" -c 'import weasyprint' 2>&1 | tail -n 1)"
  # On macOS the loader's path has to be set each time, so the question is asked each time.
  [ -n "${DYLD_FALLBACK_LIBRARY_PATH:-}" ] || : >"$VENV/prints-pdf"
}

# What tests read PDFs with.
need_poppler() {
  command -v pdfinfo >/dev/null 2>&1 || install_system 'poppler-utils' 'poppler' 'poppler-utils' || true
  command -v pdfinfo >/dev/null 2>&1 || fail "The tests read PDFs with poppler's pdfinfo and pdftotext; they are missing."
}

# Sets CHROMIUM to a browser, or to nothing.
find_chromium() {
  for candidate in "${CHROMIUM:-}" chromium-headless-shell chromium chromium-browser google-chrome-stable google-chrome \
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome' /Applications/Chromium.app/Contents/MacOS/Chromium; do
    if [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1; then
      CHROMIUM=$(command -v "$candidate")
      return
    fi
  done
  CHROMIUM=
}

# Whether the program that drives the browser starts: it brings Node, which wants a library of the system.
drives_browser() {
  "$PY" - <<'END' >/dev/null 2>&1
import pathlib, subprocess, playwright
subprocess.run([pathlib.Path(playwright.__file__).parent / "driver" / "node", "--version"], check=True)
END
}

need_chromium() {
  named=${CHROMIUM:-}
  find_chromium
  # Debian packs the engine without windows by itself: it opens a page three times as fast.
  case $named$CHROMIUM in
    *headless-shell*) ;;
    *) if [ -z "$CHROMIUM" ] || { [ -z "$named" ] && [ "$(id -u)" = 0 ] && [ ! -e "$VENV/has-no-shell" ]; }; then
      : >"$VENV/has-no-shell"  # tried once: where it cannot be had, the browser there is will do
      install_system 'chromium-headless-shell' '' '' || [ -n "$CHROMIUM" ] ||
        install_system 'chromium' '--cask chromium' 'chromium' || true
      CHROMIUM=$named
      find_chromium
    fi ;;
  esac
  [ -n "$CHROMIUM" ] || fail "The browser tests need Chromium; name yours in CHROMIUM."
  drives_browser || install_system 'libatomic1' '' 'libatomic' || true
  drives_browser || fail "The browser tests need Playwright's driver, which does not start on this system."
  export CHROMIUM
}

need_catalogues() { "$PY" tools/catalogues.py compile; }

need_assets() {
  manifest=portal/static/dist/manifest.json
  sources='portal/assets.py constraints.txt portal/static/css portal/static/css-pdf portal/static/js portal/static/img'
  # shellcheck disable=SC2086  # a list of words
  if [ ! -e "$manifest" ] || [ -n "$(find $sources -newer "$manifest" -type f | head -n 1)" ]; then
    say "Building the fonts, icons, style sheet and script"
    PORTAL_MODE=test "$VENV/bin/flask" --app wsgi assets build >/dev/null
  fi
}
