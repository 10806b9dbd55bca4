# One installation at a time in a clone: the second waits for the first.

take_install_lock() {
  mkdir -p "$LOCAL/run"
  exec 9>> "$LOCAL/run/install.lock"
  if ! flock --nonblock 9; then
    say "another setup command (process $(cat "$LOCAL/run/install.pid" 2>/dev/null))" \
      "is installing in this clone: waiting for it, Ctrl-C to give up"
    flock 9
  fi
  echo $$ > "$LOCAL/run/install.pid"
}

release_install_lock() {
  rm -f "$LOCAL/run/install.pid"
  exec 9>&-
}
