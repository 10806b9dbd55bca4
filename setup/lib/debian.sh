# Debian packages: the only things installed outside .local/, and only those whose
# absence shows.

# missing_packages: prints the packages of what is not there.
missing_packages() {
  [ -n "$(find_python)" ] || echo python3
  "$(find_python || echo false)" -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
  [ -e /etc/ssl/certs/ca-certificates.crt ] || echo ca-certificates
  command -v curl > /dev/null || echo curl
  [[ $(/sbin/ldconfig -p) == *libmagic.so.1* ]] || echo libmagic1
  [ -n "${PGHOST:-}" ] || [ -n "$(find_postgres)" ] || echo postgresql
  [ -n "$(find_chromium)" ] || echo chromium fonts-liberation
  # The fault tests have several hosts where root runs them.
  [ "$(id -u)" != 0 ] || [ -x /sbin/ip ] || command -v ip > /dev/null || echo iproute2
}

find_chromium() {
  local name
  for name in google-chrome chromium chromium-browser google-chrome-stable; do
    command -v "$name" && return
  done
  return 0
}

# find_postgres: the folder of the newest server's programs.
find_postgres() {
  local newest
  newest=$(ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null | sort -V | tail -n 1)
  [ -n "$newest" ] || newest=$(command -v initdb || true)
  [ -z "$newest" ] || dirname "$newest"
}

install_debian_packages() {
  local missing
  missing=$(missing_packages | tr ' ' '\n' | sort -u | tr '\n' ' ')
  if [ -z "${missing// /}" ]; then
    say "Debian packages: nothing is missing"
    return
  fi
  need_debian
  need_space 1500 / "installing Debian packages ($missing)"
  say "Debian packages: installing ${missing% } (system-wide, by apt-get)"
  # shellcheck disable=SC2086  # the list is meant to be split
  as_root_apt $missing
}

# as_root_apt PACKAGE...
as_root_apt() {
  local sudo=()
  if [ "$(id -u)" != 0 ]; then
    if command -v sudo > /dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
      sudo=(sudo)
    else
      die "these Debian packages are missing and only root can install them: $*" \
        "ask an administrator to run:  apt-get install --no-install-recommends $*" \
        "then run this again, as $(id -un)"
    fi
  fi
  local quietly=("${sudo[@]}" env DEBIAN_FRONTEND=noninteractive)
  local apt=("${quietly[@]}" apt-get --quiet --yes -o DPkg::Lock::Timeout=300)
  logged "${apt[@]}" update || apt_failed "$@"
  if dpkg_was_interrupted; then
    say "Debian packages: completing what was interrupted (dpkg --configure -a)"
    logged "${quietly[@]}" dpkg --configure -a ||
      logged "${apt[@]}" --no-install-recommends --fix-broken install || apt_failed "$@"
  fi
  logged "${apt[@]}" install --no-install-recommends "$@" || apt_failed "$@"
}

# dpkg_was_interrupted: packages that are only half there, or a journal left behind.
dpkg_was_interrupted() {
  [ -n "$(dpkg --audit 2>/dev/null)" ] || compgen -G '/var/lib/dpkg/updates/*' > /dev/null
}

apt_failed() {
  log_tail
  if grep -qE 'Could not resolve|Temporary failure|Failed to fetch|Could not connect|Unable to connect' \
    <(tail -n 40 "$SETUP_LOG"); then
    die "apt-get cannot reach the Debian mirror: no network?" \
      "check the network and the proxy settings of apt, then run this again"
  fi
  die "apt-get could not install: $*" \
    "read the lines above; 'dpkg --configure -a' and 'apt-get --fix-broken install' mend an interrupted apt" \
    "then run this again: it goes on where it stopped"
}
