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
  # Node trusts its own list of authorities; add what this machine trusts.
  (
    cd "$new"
    PATH=$NODE_BIN:$PATH npm_config_cache=$LOCAL/cache/npm npm_config_update_notifier=false \
      NODE_EXTRA_CA_CERTS=${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt} \
      logged npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  ) || {
    rm -rf "$new"
    log_tail
    die "npm could not install the shop server$(npm_cause)" \
      "check the network (and the registry that 'npm config get registry' names), then run this again"
  }
  rm -rf "$LOCAL/shop/server"
  mv "$new" "$LOCAL/shop/server"
  mark_done shop "$stamp"
}

# npm_cause: what most requests of npm's last run failed with; npm itself may say only
# "Exit handler never called!".
npm_cause() {
  local newest
  newest=$(find "$LOCAL/cache/npm/_logs" -name '*.log' 2>/dev/null | sort | tail -n 1)
  [ -z "$newest" ] || grep -oE 'failed with [A-Z_]+' "$newest" | sort | uniq -c | sort -rn |
    sed -n '1s/.*failed with/: its requests failed with/p' || true
}
