# A stamp is written when a step is complete, and holds the hash of what the step
# was made from: an interrupted step has none, a changed input makes it stale.

# inputs_hash TEXT_OR_FILE...: a file counts by its content.
inputs_hash() {
  local input
  for input in "$@"; do
    if [ -f "$input" ]; then cat "$input"; else printf '%s\n' "$input"; fi
  done | sha256sum | cut -c1-16
}

is_done() { [ "$(cat "$LOCAL/stamps/$1" 2>/dev/null)" = "$2" ]; }

mark_done() {
  mkdir -p "$LOCAL/stamps"
  printf '%s\n' "$2" > "$LOCAL/stamps/$1.new"
  mv "$LOCAL/stamps/$1.new" "$LOCAL/stamps/$1"
}
