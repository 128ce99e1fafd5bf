# Shared by the scripts in this folder: words, failures, Debian packages, and where things are kept.

# Tools, the browser target's standard library and other things that outlive a checkout.
muster_cache="${XDG_CACHE_HOME:-$HOME/.cache}/muster"
muster_tools="$muster_cache/tools"

say() { printf '\033[36m›\033[0m %s\n' "$*"; }

# One clear line: what is missing and how to get it.
die() {
  printf '\033[31m✗\033[0m %s\n' "$*" >&2
  exit 1
}

# Runs a long command quietly: its output goes to a log, of which the last line is shown now and then, and the end when it
# fails.
quietly() {
  local name="$1" log start watcher
  shift
  mkdir -p "$muster_cache/log"
  log="$muster_cache/log/$name.log"
  start=$SECONDS
  (while sleep 20 && kill -0 $$; do echo "  $name, $((SECONDS - start)) s: $(tail -n 1 "$log" | cut -c 1-100)"; done) 2>/dev/null &
  watcher=$!
  if ! "$@" >"$log" 2>&1; then
    kill "$watcher"
    tail -n 30 "$log" >&2
    die "$name failed; the whole output is in $log"
  fi
  kill "$watcher"
  say "$name: done in $((SECONDS - start)) s"
}

# Installs Debian packages, as root or through sudo. Asks dpkg first: apt itself takes a second to do nothing.
debian_packages() {
  local package missing=() as_root=()
  for package in "$@"; do
    [[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" == installed ]] || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  command -v apt-get >/dev/null || die "Missing: ${missing[*]} (Debian's names); this system has no apt-get, so install them by hand."
  if ((EUID != 0)); then
    command -v sudo >/dev/null || die "Missing Debian packages: ${missing[*]}. As root: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  say "installing Debian packages: ${missing[*]}"
  quietly apt-update "${as_root[@]}" apt-get update
  quietly apt-install "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"
}

# True when version $1 is at least $2.
at_least() { [[ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" == "$2" ]]; }
