# The virtual environment: exact versions from requirements.lock, and a .pth file
# that makes the Odoo tree importable.

# find_python: the interpreter to use; $PYTHON names another.
find_python() {
  local name
  for name in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
    python_fits "$name" && command -v "$name" && return
  done
  return 0
}

python_fits() {
  "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
    2>/dev/null
}

need_python() {
  [ -z "$(find_python)" ] || return 0
  local found
  found=$("${PYTHON:-python3}" --version 2>&1 || true)
  die "the suite needs Python 3.11 to 3.13, and ${PYTHON:-python3} is: ${found:-missing}" \
    "install one (Debian 12 and later have it as python3), or name it: PYTHON=/path/of/python3.11 $0"
}

install_venv() {
  local python stamp folder
  python=$(find_python)
  stamp=$(inputs_hash "$SETUP/requirements.lock" "$ROOT" "$("$python" --version)")
  folder=$LOCAL/venvs/$stamp
  if ! is_done venv "$stamp" || [ ! -x "$VENV/bin/python" ]; then
    need_space 700 "$LOCAL" "the virtual environment"
    say "Python: $(wc -l < "$SETUP/requirements.lock") packages from requirements.lock into ${VENV#"$ROOT"/}"
    build_venv "$python" "$folder"
    # One made by hand, or before there were several: ln would put the link into it.
    [ -L "$VENV" ] || rm -rf "$VENV"
    ln -sfn "venvs/$stamp" "$VENV"
    mark_done venv "$stamp"
    find "$LOCAL/venvs" -mindepth 1 -maxdepth 1 ! -name "$stamp" -exec rm -rf {} +
  else
    say "Python: .local/venv is up to date"
  fi
  printf '%s\n' "$ODOO_PATH" > "$folder/lib/$(basename "$(ls -d "$folder"/lib/python3*)")/site-packages/odoo-tree.pth"
}

# build_venv PYTHON FOLDER: made at its final path, as scripts hold it; the link
# .local/venv is turned to it only when it is complete.
build_venv() {
  rm -rf "$2"
  logged "$1" -m venv "$2" || {
    log_tail
    die "$1 cannot make a virtual environment" "install python3-venv for it, then run this again"
  }
  PIP_CACHE_DIR=$LOCAL/cache/pip logged "$2/bin/python" -m pip install \
    --disable-pip-version-check --no-deps --requirement "$SETUP/requirements.lock" || {
    rm -rf "$2"
    log_tail
    die "pip could not install setup/requirements.lock" \
      "check the network (and PIP_INDEX_URL, if you have a mirror), then run this again"
  }
}

# lock_requirements: resolves requirements.in for every Python that Odoo 19 runs on.
lock_requirements() {
  local work
  work=$(mktemp -d)
  "$(find_python)" -m venv "$work"
  PIP_CACHE_DIR=$LOCAL/cache/pip "$work/bin/python" -m pip install --quiet \
    --disable-pip-version-check uv
  UV_CACHE_DIR=$LOCAL/cache/uv "$work/bin/uv" pip compile --quiet --universal \
    --python-version 3.11 --upgrade --no-header --no-annotate \
    "$SETUP/requirements.in" --output-file "$work/lock" > /dev/null
  cp "$work/lock" "$SETUP/requirements.lock"
  rm -rf "$work"
  say "wrote setup/requirements.lock: $(wc -l < "$SETUP/requirements.lock") packages"
}
