# The shop server's packages, exactly those of its lock file. Its data is made when it
# is first started (lib/shop.py).

install_shop() {
  local stamp new=$LOCAL/shop/server.new
  stamp=$(inputs_hash "$SETUP"/shop-server/package*.json)
  if is_done shop "$stamp" && [ -d "$LOCAL/shop/server/node_modules" ]; then
    say "Shop server: installed in .local/shop/server"
    return
  fi
  need_space 600 "$LOCAL" "the shop server"
  say "Shop server: Vendure and its packages (npm, 221 MB) into .local/shop/server"
  npm_install "$new" || {
    # npm that was killed before may have left a cache that it stumbles over.
    say "Shop server: npm failed; once more, with an empty cache"
    rm -rf "$LOCAL/cache/npm"
    npm_install "$new"
  } || {
    rm -rf "$new"
    log_tail
    die "npm could not install the shop server" \
      "check the network (and the registry that 'npm config get registry' names), then run this again"
  }
  rm -rf "$LOCAL/shop/server"
  mv "$new" "$LOCAL/shop/server"
  mark_done shop "$stamp"
}

# npm_install FOLDER: makes the folder, with the packages of the lock file.
npm_install() {
  rm -rf "$1"
  mkdir -p "$1"
  cp "$SETUP"/shop-server/package*.json "$1/"
  (
    cd "$1"
    PATH=$NODE_BIN:$PATH npm_config_cache=$LOCAL/cache/npm npm_config_update_notifier=false \
      logged npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  )
}
