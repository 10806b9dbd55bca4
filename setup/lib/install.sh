# Everything that demo, test and dev need, in order; sourced by them. Each step says
# what it installs and where, does nothing when it was done before, and leaves
# nothing half done when it is interrupted.
#
# The caller sets SETUP, the folder setup/. Sets ROOT, LOCAL, VENV, ODOO_PATH, NODE_BIN.

ROOT=$(cd "$SETUP/.." && pwd -P)
LOCAL=$ROOT/.local
VENV=$LOCAL/venv

. "$SETUP/lib/say.sh"
. "$SETUP/lib/stamp.sh"
. "$SETUP/lib/lock.sh"
. "$SETUP/lib/preflight.sh"
. "$SETUP/lib/debian.sh"
. "$SETUP/lib/python.sh"
. "$SETUP/lib/odoo.sh"
. "$SETUP/lib/node.sh"
. "$SETUP/lib/shop.sh"

install_all() {
  need_writable
  take_install_lock
  install_debian_packages
  need_python
  install_odoo
  install_venv
  install_node
  install_shop
  release_install_lock
  export ODOO_PATH
}

# run_python SCRIPT ARGS...: goes on in Python, in the virtual environment.
run_python() {
  exec "$VENV/bin/python" "$SETUP/lib/$1" "${@:2}"
}

# help_of SCRIPT: the comment at its top.
help_of() { sed -n '2,/^[^#]/{s/^# \{0,1\}//p}' "$1"; }
