#!/usr/bin/env bash
# Installs what the tests need and runs them all.
#
#   ./test.sh              every test that fits into minutes
#   ./test.sh --nightly    the slow proofs as well (soaks, long kill loops)
#   ./test.sh NAME ...     only the test projects whose names contain NAME
#
# The last line is `N passed, N failed, N skipped`; the exit status is 0 only when none failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

names=()
for argument in "$@"; do
  case "$argument" in
    --nightly) export EDGEPOSE_NIGHTLY=1 ;;
    -h | --help)
      sed -n '2,8p' "$0" | cut -c3-
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
trap 'rm -rf "$results"' EXIT
export EDGEPOSE_FIGURES="$results/figures" # what the fault tests measure, a line each
skips=$results/skips                       # what was not tried, and why
for project in tests/*.Tests/*.csproj tests/EdgePose.Fuzz/*.csproj; do
  name=$(basename "$project" .csproj)
  wanted "$name" || continue

  echo "== $name"
  log="$results/$name.log"
  status=0
  "tests/$name/bin/Release/net10.0/$name" -noLogo -noColor >"$log" 2>&1 || status=$?
  grep -E '\[(FAIL|SKIP)\]' -A 30 "$log" | grep -vE '^\s*$' | head -200 || true
  sed -nE '/ \[SKIP\]$/{s/^ *(.*) \[SKIP\]$/\1/;N;s/\n */: /;p}' "$log" >>"$skips"
  summary=$(grep -E 'Total: [0-9]+, Errors: ' "$log" | tail -n 1 || true)
  if [[ -z $summary ]]; then
    echo "   the test program ended (status $status) without a summary; its last lines:"
    tail -n 20 "$log"
    failed=$((failed + 1))
    continue
  fi

  read -r total errors bad left <<<"$(sed -E 's/.*Total: ([0-9]+), Errors: ([0-9]+), Failed: ([0-9]+), Skipped: ([0-9]+).*/\1 \2 \3 \4/' <<<"$summary")"
  echo "   $total tests, $bad failed, $left skipped, $errors errors"
  if ((status != 0 && bad + errors == 0 && total > 0)); then
    echo "   yet the test program ended with status $status"
    errors=1
  fi
  passed=$((passed + total - bad - left))
  failed=$((failed + bad + errors))
  skipped=$((skipped + left))
done

if [[ -n ${EDGEPOSE_NIGHTLY:-} && ${#names[@]} == 0 ]]; then
  echo "== soak: two hours on two cameras, the second of which is judged"
  if tests/EdgePose.Benchmarks/bin/Release/net10.0/EdgePose.Benchmarks soak --minutes 125; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
  fi
fi

if wanted training; then
  echo "== training"
  log="$results/training.log"
  status=0
  # Debian's own interpreter: the packages were installed for it, and another python3 may come first on the path.
  /usr/bin/python3 -m unittest discover -s training/tests >"$log" 2>&1 || status=$?
  total=$(sed -nE 's/^Ran ([0-9]+) tests? in .*/\1/p' "$log" | tail -n 1)
  if [[ -z $total ]]; then
    echo "   the tests ended (status $status) without a summary; their last lines:"
    tail -n 20 "$log"
    failed=$((failed + 1))
  else
    # The last line is `OK` or `FAILED`, with (failures=N, errors=N, skipped=N) where there are any.
    count() { tail -n 1 "$log" | sed -nE "s/.*[(, ]$1=([0-9]+).*/\1/p; t; s/.*/0/p"; }
    bad=$(($(count failures) + $(count errors)))
    left=$(count skipped)
    ((status == 0)) || { grep -E '^(FAIL|ERROR): ' -A 15 "$log" | head -200 || true; }
    echo "   $total tests, $bad failed, $left skipped"
    ((status == 0 || bad > 0)) || bad=1
    passed=$((passed + total - bad - left))
    failed=$((failed + bad))
    skipped=$((skipped + left))
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
