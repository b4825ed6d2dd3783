#!/usr/bin/env bash
# Runs the package for linux-arm64 on this machine, under qemu: start, configuration check, CPU inference, GStreamer's elements, MQTT. Prints a line for each
# promise; the last line counts them.
#
#   packaging/test-arm64.sh edgepose_V_arm64.deb [--root FOLDER]     FOLDER keeps Debian's arm64 libraries for the next time
#
# What it cannot show without a libOpenCvSharpExtern.so for arm64 (build-jetson.sh makes one on the Jetson; no package has it): the resizing of frames, and so
# poses from a camera; nothing of a GPU either. With one in the package it shows poses too.
# Exit status: 0 all held, 1 one did not, 77 it cannot be tried here (the reason is the last line).
# shellcheck disable=SC2016 # what stands in single quotes is for the inner shell
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=packaging/arm64-root.sh
source "$here/packaging/arm64-root.sh"
# shellcheck source=packaging/promises.sh
source "$here/packaging/promises.sh"

package=$(realpath "${1:?the package is missing, see the head of this file}")
lacks=$(arm64_root_lacks)
if [[ -n $lacks ]]; then
  echo "skipped: $lacks"
  exit 77
fi
work=$(mktemp -d)
root=$work/root
[[ ${2:-} == --root ]] && root=$3
started=()
cleanup() {
  local process
  for process in "${started[@]}"; do
    # A function in the background is a shell; what it runs is its child, and a namespace dies with the process that made it.
    pkill -KILL -P "$process" 2>/dev/null || true
    kill "$process" 2>/dev/null || true
  done
  rm -rf "$work"
}
trap cleanup EXIT

echo "== Debian's arm64 libraries, unpacked"
mapfile -t needed < <(dpkg-deb -f "$package" Depends | tr ',' '\n' | sed 's/(.*//; s/ //g' | grep -vE '^(systemd|libgtk-3-0|libdrm2)$')
make_arm64_root "$root" "${needed[@]}"
rm -rf "$root/usr/lib/edgepose"
dpkg-deb --extract "$package" "$root"
cp "$here/scenes/lobby.mp4" "$root/srv/lobby.mp4"

port=$((20000 + RANDOM % 10000))
printf 'listener %d 127.0.0.1\nallow_anonymous true\n' "$port" >"$work/mosquitto.conf"
mosquitto -c "$work/mosquitto.conf" >"$work/broker.log" 2>&1 &
started+=($!)
# The smallest input that there is: qemu does in seconds what a processor does in milliseconds.
configure() { # CAMERA's address
  cat >"$root/etc/edgepose/edgepose.json" <<JSON
{
  "device": { "site": "arm64", "id": "qemu" },
  "network": { "manifest": "/usr/lib/edgepose/models/edgepose-l.json", "providers": ["cpu"], "inputWidthPx": 64, "inputHeightPx": 64, "maxBatch": 1 },
  "mqtt": { "address": "mqtt://127.0.0.1:$port" },
  "cameras": [{ "id": "lobby", "address": "$1", "loop": true }]
}
JSON
}
edgepose() { in_arm64 "$root" edgepose "$@"; }
ends_with() { # STATUS COMMAND...
  local wanted=$1 status=0
  shift
  "$@" || status=$?
  ((status == wanted)) || { echo "exit status $status, not $wanted"; return 1; }
}
doctor() { timeout 300 bash -c "$(declare -f in_arm64); in_arm64 $root edgepose doctor" >"$work/doctor" 2>&1 || true; }
told() { cat "$work/doctor" && grep -q "^ok    $1" "$work/doctor"; }

echo "== under $(qemu-aarch64-static --version | head -n 1)"
promise "the program is one for arm64" sh -c 'head -c 20 "$1" | od -An -tx1 | tr -d " \n" | grep -q "^7f454c46020101.*b700"' sh "$root/usr/lib/edgepose/edgepose"
promise "it starts and tells its version" edgepose --version
configure /srv/lobby.mp4
doctor
promise "GStreamer is found and has its elements" told "H.264 decoder"
promise "the configuration is checked" told configuration
promise "the network loads, and a run of it succeeds" told network
promise "on the CPU provider" told "provider: Cpu"
promise "the broker is reached" told broker
# Told, not promised: under qemu a decoder's start may take longer than the daemon's patience with one that is silent. Once more, as the first wrote GStreamer's register.
told "camera lobby" >/dev/null || doctor
echo "      a clip decoded in a child of its own: $(told "camera lobby" >/dev/null && echo yes || grep "camera lobby" "$work/doctor" || echo "doctor was not done in 300 s")"
echo '{ "cameras": 1, "mqqt": {} }' >"$root/etc/edgepose/edgepose.json"
promise "a wrong configuration is refused with 78" ends_with 78 edgepose run

configure rtsp://127.0.0.1:9/away
[[ ! -e $root/usr/lib/edgepose/libOpenCvSharpExtern.so ]] || configure /srv/lobby.mp4
mosquitto_sub -p "$port" -v -t '#' >"$work/events" 2>/dev/null &
started+=($!)
edgepose run >"$work/run.log" 2>&1 &
started+=($!)
heard() { grep -q "$1" "$work/events" || { tail -n 15 "$work/run.log"; return 1; }; }
promise "the daemon runs, and its status reaches a subscriber" within 300 heard '/status .*"online"'
if [[ -e $root/usr/lib/edgepose/libOpenCvSharpExtern.so ]]; then
  promise "poses of the clip reach a subscriber" within 300 heard '/pose '
else
  promise "a camera that is away is told" within 300 heard 'lobby/state .*"offline"'
  echo "not tried: poses of frames; the package holds no libOpenCvSharpExtern.so for arm64"
fi
tally
