# Odoo 19: the checkout that ODOO_SOURCE names, or Debian's package odoo-19, fetched
# from sid with an apt configuration of our own and unpacked, not installed.

# What the package replaces by links into other Debian packages. Two come from
# stable: sid's newer ones no longer hold the files that Odoo 19 links to.
ODOO_COMPANIONS_SID="libjs-jquery libjs-jquery-form libjs-underscore
  fonts-roboto-unhinted fonts-ocr-b fonts-montserrat"
ODOO_COMPANIONS_STABLE="fonts-font-awesome fonts-inconsolata"
ODOO_STABLE_SUITE=bookworm

install_odoo() {
  if [ -n "${ODOO_SOURCE:-}" ]; then
    use_odoo_source
  else
    fetch_odoo
  fi
}

use_odoo_source() {
  [ -f "$ODOO_SOURCE/odoo/release.py" ] || die \
    "ODOO_SOURCE=$ODOO_SOURCE is no Odoo checkout: it has no odoo/release.py" \
    "name the folder that holds odoo-bin, or unset ODOO_SOURCE to let the setup fetch Odoo 19"
  ODOO_PATH=$(cd "$ODOO_SOURCE" && pwd)
  need_odoo_19 "$ODOO_PATH" "name a checkout of branch 19.0, or unset ODOO_SOURCE"
  say "Odoo: your checkout $ODOO_PATH"
}

# need_odoo_19 FOLDER REMEDY
need_odoo_19() {
  local version
  version=$(sed -n "s/^version_info = (\([0-9]*\), *\([0-9]*\),.*/\1.\2/p" "$1/odoo/release.py")
  [ "$version" = 19.0 ] || die "Odoo in $1 is version ${version:-unknown}, the addons are for 19.0" "$2"
}

fetch_odoo() {
  local stamp
  ODOO_PATH=$LOCAL/odoo/usr/lib/python3/dist-packages
  stamp=$(inputs_hash "odoo-19 $ODOO_STABLE_SUITE $ODOO_COMPANIONS_SID $ODOO_COMPANIONS_STABLE")
  if is_done odoo "$stamp" && [ -d "$ODOO_PATH/odoo" ]; then
    say "Odoo: $(cat "$LOCAL/odoo/version") in .local/odoo"
    return
  fi
  need_debian
  need_space 2200 "$LOCAL" "Odoo 19"
  write_apt_config
  say "Odoo: reading the package lists of Debian sid"
  logged odoo_apt apt-get update || odoo_fetch_failed
  download_odoo
  unpack_odoo
  mark_done odoo "$stamp"
}

# write_apt_config: the machine's own mirror and key, at the suites sid and stable.
write_apt_config() {
  local apt=$LOCAL/cache/apt
  mkdir -p "$apt"/{etc,lists/partial,archives/partial}
  "$(find_python)" "$SETUP/lib/debian_mirror.py" sid "$ODOO_STABLE_SUITE" \
    > "$apt/etc/sources.list" || die \
    "no Debian mirror was found in /etc/apt/sources.list nor in /etc/apt/sources.list.d" \
    "name an Odoo 19 checkout instead: ODOO_SOURCE=/path/of/odoo"
}

# odoo_apt PROGRAM ARGS...: signatures are checked; that a list is recent is not, as a
# snapshot of the archive serves as well.
odoo_apt() {
  local apt=$LOCAL/cache/apt program=$1
  shift
  "$program" -o Dir::Etc::sourcelist="$apt/etc/sources.list" -o Dir::Etc::sourceparts=- \
    -o Dir::State::lists="$apt/lists" -o Dir::Cache="$apt" \
    -o Dir::Cache::archives="$apt/archives" -o APT::Sandbox::User= \
    -o Acquire::Languages=none -o Acquire::Retries=3 \
    -o Acquire::Check-Valid-Until=false "$@"
}

# download_odoo: apt checks each file against the signed lists as it comes in, and
# fetches again one that an interruption left incomplete.
download_odoo() {
  local version package
  version=$(odoo_apt apt-cache show --no-all-versions odoo-19 2>/dev/null |
    sed -n 's/^Version: //p' | head -n 1 || true)
  case $version in
    19.0*) ;;
    *) die "Debian sid has moved on: it offers odoo-19 in version ${version:-none}, not 19.0" \
      "name an Odoo 19 checkout instead: ODOO_SOURCE=/path/of/odoo" ;;
  esac
  say "Odoo: fetching odoo-19 $version (123 MB) into .local/cache/apt"
  local wanted=(odoo-19/sid)
  for package in $ODOO_COMPANIONS_SID; do wanted+=("$package/sid"); done
  for package in $ODOO_COMPANIONS_STABLE; do wanted+=("$package/$ODOO_STABLE_SUITE"); done
  rm -f "$LOCAL"/cache/apt/archives/*.deb
  (cd "$LOCAL/cache/apt/archives" && logged odoo_apt apt-get download "${wanted[@]}") ||
    odoo_fetch_failed
  check_odoo_sum "$version"
}

check_odoo_sum() {
  local expected file
  expected=$(odoo_apt apt-cache show "odoo-19=$1" | sed -n 's/^SHA256: //p' | head -n 1)
  file=$(ls "$LOCAL"/cache/apt/archives/odoo-19_*.deb)
  if ! echo "$expected  $file" | sha256sum --check --status; then
    rm -f "$file"
    die "the file of odoo-19 does not have the checksum that Debian signed: it was deleted" \
      "run this again to fetch it anew"
  fi
}

unpack_odoo() {
  local new=$LOCAL/odoo.new deb version
  say "Odoo: unpacking into .local/odoo"
  rm -rf "$new"
  mkdir -p "$new"
  for deb in "$LOCAL"/cache/apt/archives/*.deb; do
    logged dpkg -x "$deb" "$new" || die "$deb cannot be unpacked" "run this again to fetch it anew"
  done
  add_missing_asset "$new"
  report_dangling_links "$new"
  need_odoo_19 "$new/usr/lib/python3/dist-packages" \
    "name an Odoo 19 checkout instead: ODOO_SOURCE=/path/of/odoo"
  version=$(basename "$(ls "$LOCAL"/cache/apt/archives/odoo-19_*.deb)" _all.deb)
  printf '%s\n' "${version#odoo-19_}" > "$new/version"
  rm -rf "$LOCAL/odoo"
  mv "$new" "$LOCAL/odoo"
  rm -rf "$LOCAL"/cache/apt/archives/*.deb "$LOCAL/cache/apt/lists"
}

# add_missing_asset FOLDER: Debian left a file out that a bundle of mail names; every
# page with that bundle would fail.
add_missing_asset() {
  local asset=$1/usr/lib/python3/dist-packages/odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js
  [ -e "$asset" ] && return
  mkdir -p "${asset%/*}"
  echo '// Not in the Debian package; only background blur in calls needs it.' > "$asset"
}

report_dangling_links() {
  local dangling
  dangling=$(find "$1" -xtype l | sed "s|^$1/||")
  [ -z "$dangling" ] || say "Odoo: these links of the package lead nowhere, what needs them will miss it: $dangling"
}

odoo_fetch_failed() {
  log_tail
  die "Odoo 19 could not be fetched from the Debian mirror $(sed -n 's|^deb .*\] \([^ ]*\) sid.*|\1|p' "$LOCAL/cache/apt/etc/sources.list")" \
    "check the network and run this again: what was fetched is kept" \
    "or name an Odoo 19 checkout: ODOO_SOURCE=/path/of/odoo"
}
