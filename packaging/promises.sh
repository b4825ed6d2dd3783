# Sourced: promises that are tried, each with one line that says whether it held.
# shellcheck shell=bash
held=0 broken=0

# promise TEXT COMMAND...: what the command printed follows where it failed, and what after_fault prints, where that is defined.
promise() {
  local text=$1 said
  shift
  if said=$("$@" 2>&1); then
    echo "ok    $text"
    held=$((held + 1))
  else
    echo "FAULT $text"
    tail -n 25 <<<"$said" | sed 's/^/        /'
    if declare -F after_fault >/dev/null; then
      after_fault | sed 's/^/        /'
    fi
    broken=$((broken + 1))
  fi
}

# within SECONDS COMMAND...: until it succeeds; it prints what the last try printed.
within() {
  local until=$((SECONDS + $1)) said
  shift
  until said=$("$@" 2>&1); do
    ((SECONDS < until)) || { echo "$said"; return 1; }
    sleep 0.25
  done
}

# The last line; fails when a promise was broken.
tally() {
  echo "$held held, $broken broken"
  ((broken == 0))
}
