#!/usr/bin/env bash
# Installs what the tests need and runs them all.
#
#   ./test.sh              every test that fits into minutes
#   ./test.sh --nightly    the slow proofs as well (soaks, long kill loops)
#   ./test.sh NAME ...     only the test projects whose names contain NAME
#   ./test.sh --repeat N   all that N times
#   ./test.sh --busy       with every processor kept busy by other work
#
# Two projects run at a time, the longest first; at night one, because figures are measured then.
# The last line is `N passed, N failed, N skipped`; the exit status is 0 only when none failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

names=() repeat=1 busy=0
while (($#)); do
  argument=$1
  shift
  case "$argument" in
    --nightly) export EDGEPOSE_NIGHTLY=1 ;;
    --repeat)
      [[ ${1:-} =~ ^[1-9][0-9]*$ ]] || { echo "test.sh: --repeat needs a number" >&2; exit 64; }
      repeat=$1
      shift
      ;;
    --busy) busy=1 ;;
    -h | --help)
      sed -n '2,11p' "$0" | cut -c3-
      exit 0
      ;;
    -*)
      echo "test.sh: unknown option '$argument'; see ./test.sh --help" >&2
      exit 64
      ;;
    *) names+=("$argument") ;;
  esac
done

./scripts/install-native.sh --tests ${EDGEPOSE_NIGHTLY:+--nightly}

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 ORT_DISABLE_TELEMETRY=1
echo "== building"
dotnet build EdgePose.sln -c Release -v quiet -clp:NoSummary

# Whether the arguments ask for a test project.
wanted() {
  ((${#names[@]})) || return 0
  local part
  for part in "${names[@]}"; do
    [[ $1 == *"$part"* ]] && return 0
  done
  return 1
}

passed=0 failed=0 skipped=0
results=$(mktemp -d)
hogs=()
trap 'kill "${hogs[@]}" 2>/dev/null || true; rm -rf "$results"' EXIT
export EDGEPOSE_FIGURES="$results/figures" # what the fault tests measure, a line each
skips=$results/skips                       # what was not tried, and why

if ((busy)); then
  for ((processor = 0; processor < $(nproc); processor++)); do
    sh -c 'while :; do :; done' &
    hogs+=($!)
  done
fi

# The longest first, so that a short one ends the run.
order=(EdgePose.Fault.Tests EdgePose.Fuzz EdgePose.Compression.Tests EdgePose.Tests EdgePose.Packaging.Tests EdgePose.Daemon.Tests)
projects() {
  local name project
  for name in "${order[@]}"; do
    [[ ! -d tests/$name ]] || echo "$name"
  done
  for project in tests/*.Tests/*.csproj tests/EdgePose.Fuzz/*.csproj; do
    name=$(basename "$project" .csproj)
    [[ " ${order[*]} " == *" $name "* ]] || echo "$name"
  done
  echo training
}

# Runs a project; leaves its log, its status and its seconds.
run() {
  local name=$1 status=0 start=$SECONDS
  if [[ $name == training ]]; then
    # Debian's own interpreter: the packages were installed for it, and another python3 may come first on the path.
    /usr/bin/python3 -m unittest discover -v -s training/tests >"$results/$name.log" 2>&1 || status=$?
  else
    # At night nothing runs beside what is measured.
    "tests/$name/bin/Release/net10.0/$name" -noLogo -noColor ${EDGEPOSE_NIGHTLY:+-parallelMode none} >"$results/$name.log" 2>&1 || status=$?
  fi
  echo "$status $((SECONDS - start))" >"$results/$name.status"
}

# Tells what a project that has ended did, and counts it.
tell() {
  local name=$1 log=$results/$1.log status seconds total bad errors=0 left
  read -r status seconds <"$results/$name.status"
  echo "== $name, $seconds s"
  if [[ $name == training ]]; then
    total=$(sed -nE 's/^Ran ([0-9]+) tests? in .*/\1/p' "$log" | tail -n 1)
    # The last line is `OK` or `FAILED`, with (failures=N, errors=N, skipped=N) where there are any.
    count() { tail -n 1 "$log" | sed -nE "s/.*[(, ]$1=([0-9]+).*/\1/p; t; s/.*/0/p"; }
    bad=$(($(count failures) + $(count errors)))
    left=$(count skipped)
    sed -nE "s/^(.*) \.\.\. skipped (.*)$/\1: \2/p" "$log" | tee -a "$skips" | sed 's/^/   skipped: /'
    ((status == 0)) || grep -E '^(FAIL|ERROR): ' -A 15 "$log" | head -200 || true
  else
    grep -E '\[FAIL\]' -A 30 "$log" | grep -vE '^\s*$' | head -200 || true
    sed -nE '/ \[SKIP\]$/{s/^ *(.*) \[SKIP\]$/\1/;N;s/\n */: /;p}' "$log" | tee -a "$skips" | sed 's/^/   skipped: /'
    total='' # the summary names all four
    read -r total errors bad left <<<"$(grep -E 'Total: [0-9]+, Errors: ' "$log" | tail -n 1 | sed -E 's/.*Total: ([0-9]+), Errors: ([0-9]+), Failed: ([0-9]+), Skipped: ([0-9]+).*/\1 \2 \3 \4/')"
  fi

  if [[ -z $total ]]; then
    echo "   the test program ended (status $status) without a summary; its last lines:"
    tail -n 20 "$log"
    failed=$((failed + 1))
    return
  fi

  echo "   $total tests, $bad failed, $left skipped, $errors errors"
  if ((status != 0 && bad + errors == 0 && total > 0)); then
    echo "   yet the test program ended with status $status"
    errors=1
  fi
  passed=$((passed + total - bad - left))
  failed=$((failed + bad + errors))
  skipped=$((skipped + left))
}

# Runs all that is wanted, so many at a time.
run_all() {
  local jobs=2 ended name
  local -A running=()
  [[ -z ${EDGEPOSE_NIGHTLY:-} ]] || jobs=1
  while read -r name; do
    wanted "$name" || continue
    if ((${#running[@]} == jobs)); then
      wait -n -p ended "${!running[@]}" || true
      tell "${running[$ended]}"
      unset "running[$ended]"
    fi
    run "$name" </dev/null &
    running[$!]=$name
  done < <(projects)
  while ((${#running[@]})); do
    wait -n -p ended "${!running[@]}" || true
    tell "${running[$ended]}"
    unset "running[$ended]"
  done
}

for ((turn = 1; turn <= repeat; turn++)); do
  before=$passed,$failed,$skipped start=$SECONDS
  run_all
  if ((repeat > 1)); then
    IFS=, read -r p f s <<<"$before"
    echo "== run $turn of $repeat: $((passed - p)) passed, $((failed - f)) failed, $((skipped - s)) skipped in $((SECONDS - start)) s"
  fi
done

if [[ -n ${EDGEPOSE_NIGHTLY:-} && ${#names[@]} == 0 ]]; then
  echo "== soak: two hours on two cameras, the second of which is judged"
  if tests/EdgePose.Benchmarks/bin/Release/net10.0/EdgePose.Benchmarks soak --minutes 125; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
  fi
fi

if [[ -n ${EDGEPOSE_NIGHTLY:-} && -s $EDGEPOSE_FIGURES ]]; then
  {
    echo "# What the promises measured, $(date -u +%F), $(git rev-parse --short HEAD 2>/dev/null || echo 'no commit'), $(nproc) processors, load $(cut -d' ' -f1-3 /proc/loadavg)"
    echo
    sort "$EDGEPOSE_FIGURES" | sed 's/^/- /'
    echo
    if [[ -s $skips ]]; then
      echo "Not tried:"
      echo
      sort "$skips" | sed 's/^/- /'
      echo
    fi
    echo "$passed passed, $failed failed, $skipped skipped"
  } >nightly-report.md
  echo "== every figure is in nightly-report.md"
fi

echo "$passed passed, $failed failed, $skipped skipped"
((failed == 0 && passed > 0))
