# What the user sees: one line a step, and errors that end with the remedy.

SETUP_LOG=$LOCAL/log/install.log

# say TEXT...: a line of progress, with the seconds since the start.
say() { printf '[%4d s] %s\n' "$SECONDS" "$*"; }

# die PROBLEM REMEDY...: says what is wrong and what to do, one remedy a line.
die() {
  printf '\nsetup: %s\n' "$1" >&2
  shift
  printf '  -> %s\n' "$@" >&2
  exit 1
}

# logged COMMAND...: runs it with its output in the log of the installation.
logged() {
  mkdir -p "${SETUP_LOG%/*}"
  printf '\n$ %s\n' "$*" >> "$SETUP_LOG"
  "$@" >> "$SETUP_LOG" 2>&1
}

# log_tail: the end of that log, for an error nobody foresaw.
log_tail() {
  printf '\nthe last lines of %s:\n' "$SETUP_LOG" >&2
  tail -n 15 "$SETUP_LOG" | sed 's/^/  | /' >&2
}
