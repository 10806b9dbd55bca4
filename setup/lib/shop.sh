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
  rm -rf "$new"
  mkdir -p "$new"
  cp "$SETUP"/shop-server/package*.json "$new/"
  (
    cd "$new"
    PATH=$NODE_BIN:$PATH npm_config_cache=$LOCAL/cache/npm npm_config_update_notifier=false \
      logged npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  ) || {
    rm -rf "$new"
    log_tail
    die "npm could not install the shop server" \
      "check the network (and the registry that 'npm config get registry' names), then run this again"
  }
  rm -rf "$LOCAL/shop/server"
  mv "$new" "$LOCAL/shop/server"
  mark_done shop "$stamp"
}
