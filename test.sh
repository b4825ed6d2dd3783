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

./scripts/install-native.sh --tests

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 ORT_DISABLE_TELEMETRY=1
echo "== building"
dotnet build EdgePose.sln -c Release -v quiet -clp:NoSummary

passed=0 failed=0 skipped=0
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
for project in tests/*.Tests/*.csproj; do
  name=$(basename "$project" .csproj)
  if ((${#names[@]})); then
    wanted=no
    for part in "${names[@]}"; do [[ $name == *"$part"* ]] && wanted=yes; done
    [[ $wanted == yes ]] || continue
  fi

  echo "== $name"
  log="$results/$name.log"
  status=0
  "tests/$name/bin/Release/net10.0/$name" -noLogo -noColor >"$log" 2>&1 || status=$?
  grep -E '\[(FAIL|SKIP)\]' -A 12 "$log" | grep -vE '^\s*$' | head -200 || true
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
  echo "== soak: an hour on two cameras"
  if tests/EdgePose.Benchmarks/bin/Release/net10.0/EdgePose.Benchmarks soak --minutes 60; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
  fi
fi

echo "$passed passed, $failed failed, $skipped skipped"
((failed == 0 && passed > 0))
