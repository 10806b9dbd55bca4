# What can be known to fail before anything is fetched.

# need_space MEGABYTES FOLDER WHAT: dies unless that much is free there.
need_space() {
  local free
  mkdir -p "$2"
  free=$(df --output=avail --block-size=1M "$2" | tail -n 1 | tr -d ' ')
  [ "$free" -ge "$1" ] || die \
    "$3 needs $1 MB in $2, and the disk has $free MB free" \
    "free some space there, or clone to a bigger disk; nothing was changed"
}

# need_writable: .local is made by whoever runs this, and must stay theirs.
need_writable() {
  mkdir -p "$LOCAL" 2>/dev/null && [ -w "$LOCAL" ] || die \
    "$LOCAL cannot be written by $(id -un)" \
    "run as the user who owns it ($(stat -c %U "$ROOT")), or clone again as $(id -un)"
}

need_debian() {
  command -v apt-get > /dev/null && command -v dpkg > /dev/null && return
  die "this machine has no apt-get: the setup knows Debian and what derives from it" \
    "install python3 (3.11 to 3.13) with venv, PostgreSQL >= 13, Node >= 20 and Chromium yourself," \
    "and name an Odoo 19 checkout: ODOO_SOURCE=/path/of/odoo"
}
