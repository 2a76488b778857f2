#!/usr/bin/env bash
# Builds LeadGen once and runs all of its tests. Needs the .NET SDK; what else the tests use is installed where that is possible.
#   tests/run.sh           everything that a change must pass
#   tests/run.sh --long    also the tests that take minutes each
# The last line is "N passed, N failed"; the exit code is 0 only if nothing failed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

configuration=Debug
limit=20m
together=2
for argument in "$@"; do
  case $argument in
    --long) export LEADGEN_LONG=1 limit=120m together=1 ;;
    *) echo "usage: tests/run.sh [--long]" >&2; exit 2 ;;
  esac
done
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# Counting for a second, better compilation costs programs that live for seconds a quarter of their processor time.
export DOTNET_TieredPGO=0

logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

give_up() {
  echo "$1"
  echo "0 passed, 1 failed"
  exit 1
}

# What the solution names is what runs, so that a new test project is not forgotten here.
mapfile -t projects < <(grep -o 'tests\\[^"]*\.Tests\\[^"]*\.csproj' LeadGen.sln | sed "s:\\\\:/:g" | sort -u)
((${#projects[@]} > 0)) || give_up "LeadGen.sln names no test project."
uses_browser() { [[ " ${projects[*]} " == *Browser.Tests* ]]; }
# Chromium without its windows does the same for two thirds of the processor time.
has_lean_browser() { [[ -x /usr/bin/chromium-headless-shell ]]; }
has_browser() { has_lean_browser || [[ -x /usr/bin/chromium ]]; }
knows_lean_browser() { apt-cache show chromium-headless-shell >/dev/null 2>&1; }
has_mail() { [[ -x /usr/sbin/postfix && -x /usr/sbin/dovecot && -x /usr/lib/dovecot/imap ]]; }
has_postgres() { [[ -n ${LEADGEN_TEST_POSTGRES:-} ]] || command -v initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb'; } >/dev/null

browser_package() {
  if knows_lean_browser; then echo chromium-headless-shell; else echo chromium; fi
}

missing_packages() {
  has_postgres || echo postgresql
  has_mail || echo postfix dovecot-imapd | tr ' ' '\n'
  if uses_browser; then
    has_lean_browser || { ! knows_lean_browser && has_browser; } || browser_package
    [[ -d /usr/share/fonts/truetype/liberation || -d /usr/share/fonts/truetype/liberation2 ]] || echo fonts-liberation
  fi
  if grep -q 'StackExchange\.\?Redis' src/*/*.csproj tests/*/*.csproj; then
    command -v redis-server >/dev/null || echo redis-server
  fi
}

# The tests start servers of their own, on loopback: what a package would start by itself stays off.
install_quietly() {
  local policy=/usr/sbin/policy-rc.d made='' code
  if [[ ! -e $policy ]] && printf '#!/bin/sh\nexit 101\n' >"$policy"; then
    chmod +x "$policy"
    made=1
  fi
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
  code=$?
  [[ -z $made ]] || rm -f "$policy"
  return $code
}

install_missing() {
  mapfile -t missing < <(missing_packages)
  ((${#missing[@]} > 0)) || return 0
  if ((EUID == 0)) && command -v apt-get >/dev/null; then
    apt-get update -qq >"$logs/apt" 2>&1

    # Only now does a fresh machine know what it could have.
    mapfile -t missing < <(missing_packages)
    echo "installing ${missing[*]}"
    if install_quietly "${missing[@]}" >>"$logs/apt" 2>&1; then
      return 0
    fi
    tail -n 5 "$logs/apt"
  fi
  echo "Not installed: ${missing[*]}. Tests that need them are skipped or use a substitute. As root: apt-get install ${missing[*]}"
}

# Playwright brings its own driver, which can fetch a browser where the system has none.
fetch_browser() {
  uses_browser && ! has_browser || return 0
  local output=tests/Browser.Tests/bin/$configuration/net10.0/.playwright node
  node=$(find "$output/node" -type f -name node 2>/dev/null | head -n 1)
  [[ -n $node ]] || return 0
  echo "fetching Playwright's own Chromium"
  "$node" "$output/package/cli.js" install chromium >"$logs/browser" 2>&1 || tail -n 5 "$logs/browser"
}

# One compiler for all projects is warm from the second on; it is sent home afterwards, since the tests need its memory and nobody else does.
build() {
  dotnet restore LeadGen.sln --locked-mode -v q >"$logs/build" 2>&1 </dev/null || return 1
  dotnet build LeadGen.sln -c "$configuration" --no-restore -v q -nodeReuse:false -p:UseSharedCompilation=true >>"$logs/build" 2>&1 </dev/null
  local code=$?
  dotnet build-server shutdown --vbcscompiler >/dev/null 2>&1 </dev/null
  return $code
}

# Runs a test program, says how it went and leaves "passed failed" in NAME.figures.
run_project() {
  local project=$1 name program log code total good bad skipped
  name=$(basename "$(dirname "$project")")
  program=$(dirname "$project")/bin/$configuration/net10.0/$(basename "$project" .csproj)
  log=$logs/$name
  if [[ ! -x $program ]]; then
    echo "$name: was not built"
    echo "0 1" >"$logs/$name.figures"
    return
  fi

  "$program" --no-ansi --progress off --timeout "$limit" >"$log" 2>&1 </dev/null
  code=$?
  figure() { sed -n "s/^  $1: \([0-9]*\)\$/\1/p" "$log" | tail -n 1; }
  total=$(figure total) good=$(figure succeeded) bad=$(figure failed) skipped=$(figure skipped)
  if ((code == 0 && ${total:-0} == 0)); then
    code=8
  fi
  if ((code != 0)); then
    # Without the frames of libraries and what a portal under test logs in passing.
    sed -e '/^Test run summary/,$d' -e '/^\(info\|warn\): /{N;d}' "$log" \
      | grep -v '^Running tests from\|^xUnit.net\|^skipped \|^    at \(System\|Xunit\|Shouldly\)\.\|^    --- End of' | head -n 300
    # Ended without an ordinary result (nothing ran, crash, time limit): that counts as one failure.
    if ((${bad:-0} == 0)); then
      bad=1
      echo "$name: ended with exit code $code after ${total:-0} tests"
    fi
  fi
  echo "${good:-0} ${bad:-0}" >"$logs/$name.figures"
  echo "$name: ${good:-0} passed, ${bad:-0} failed, ${skipped:-0} skipped ($(sed -n 's/^  duration: //p' "$log" | tail -n 1))"
}

# Two programs at a time, since one alone leaves half of two cores idle: the browser's, which takes longest and comes first, beside the others.
# The long proofs stand alone: what they kill and time should not be disturbed.
run_projects() {
  local project running=0
  for project in "${projects[@]}"; do
    if ((running == together)); then
      wait -n
      running=$((running - 1))
    fi
    { said=$(run_project "$project"); echo "$said"; } &
    running=$((running + 1))
  done
  wait
}

install_missing
command -v dotnet >/dev/null || give_up "The .NET SDK is not installed (global.json says which)."
if ! build; then
  grep -E 'error|warn' "$logs/build" | sort -u | head -n 40
  give_up "LeadGen does not build."
fi
fetch_browser
run_projects

passed=0
failed=0
for project in "${projects[@]}"; do
  good=0 bad=1
  read -r good bad <"$logs/$(basename "$(dirname "$project")").figures"
  passed=$((passed + good))
  failed=$((failed + bad))
done
echo "$passed passed, $failed failed"
((failed == 0))
