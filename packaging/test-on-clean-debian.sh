#!/usr/bin/env bash
# Proves the package on a clean Debian 12 with systemd as process 1: it installs, runs against a broker, keeps its promises as a service, upgrades, removes
# and purges. Prints a line for each promise; the last line counts them.
#
#   packaging/test-on-clean-debian.sh edgepose_V_amd64.deb [--root FOLDER]     FOLDER keeps the clean Debian for the next time
#
# Exit status: 0 all held, 1 one did not, 77 it cannot be tried here (the reason is the last line). Root, apt's mirror and 2 GB of disk are needed.
# shellcheck disable=SC2016 # what stands in single quotes is for the shell inside the root
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=packaging/clean-root.sh
source "$here/packaging/clean-root.sh"
# shellcheck source=packaging/promises.sh
source "$here/packaging/promises.sh"

package=$(realpath "${1:?the package is missing, see the head of this file}")
[[ ${2:-} == --root ]] && template=$3
lacks=$(clean_root_lacks)
if [[ -n $lacks ]]; then
  echo "skipped: $lacks"
  exit 77
fi

work=$(mktemp -d)
root=$work/root
started=()
cleanup() {
  stop_root
  ((${#started[@]} == 0)) || kill "${started[@]}" 2>/dev/null || true
  umount -l "$root" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT

after_fault() { [[ -z ${booted:-} ]] || inside journalctl -u edgepose -n 15 --no-pager; }
property() { inside systemctl show -p "$1" --value edgepose; }
is() { [[ $(property "$1") == "$2" ]]; }
status_tells() { property StatusText | grep "$1"; }
refused() { ! inside systemctl "$1" edgepose; }
more_events() { : >"$work/events" && within "$1" test -s "$work/events"; }
all_files() { inside find / -xdev \( -path /proc -o -path /sys -o -path /dev -o -path /run -o -path /tmp -o -path /var/log -o -path /var/lib/dpkg -o -path /var/cache -o -path /var/lib/systemd \) -prune -o -print | sort; }
children() { inside pgrep -P "$(property MainPID)"; }
status_of() { inside sed -n "s/^$1:[[:space:]]*//p" "/proc/$(property MainPID)/status"; }

echo "== a clean Debian 12"
template=${template:-$work/debian}
make_clean_root "$template"
overlay_root "$template" "$root" "$work/overlay"
cp "$package" "$root/edgepose.deb"
cp "$here/scenes/lobby.mp4" "$root/srv/lobby.mp4"

echo "== without a running systemd: as an image is made"
in_chroot "$root" apt-get update -qq
promise "apt installs it, with all that it depends on" in_chroot "$root" apt-get install -y -qq --no-install-recommends /edgepose.deb
promise "the command is on the path and tells its version" in_chroot "$root" edgepose --version
promise "the user edgepose exists, with no shell" grep -q '^edgepose:.*:/usr/sbin/nologin$' "$root/etc/passwd"
promise "it belongs to the groups that own cameras and GPUs" in_chroot "$root" sh -c 'id -nG edgepose | grep -w video | grep -qw render'
promise "the configuration is for root and the daemon alone" in_chroot "$root" sh -c 'test "$(stat -c %a:%U:%G /etc/edgepose/edgepose.json)" = 640:root:edgepose && test "$(stat -c %a:%U:%G /etc/edgepose)" = 750:root:edgepose'
promise "doctor loads the native libraries and runs the network; broker and camera are away" in_chroot "$root" sh -c 'edgepose doctor >/tmp/said; s=$?; cat /tmp/said; test $s = 69 && grep -q "^ok    network" /tmp/said && ! grep -v "^FAULT \(broker\|camera\)" /tmp/said | grep FAULT'
promise "it is neither enabled nor started by itself" test ! -e "$root/etc/systemd/system/multi-user.target.wants/edgepose.service"
promise "dpkg finds every file as it was packed" in_chroot "$root" dpkg --verify edgepose
promise "purge" in_chroot "$root" dpkg --purge edgepose

echo "== under systemd as process 1"
boot_root "$root"
inside systemctl --version | head -n 1
all_files >"$work/before"
promise "dpkg installs it" inside dpkg -i /edgepose.deb
promise "systemd finds no fault with the unit" inside sh -c 'systemd-analyze verify edgepose.service 2>&1 | grep -v "man edgepose" | grep . && exit 1; exit 0'
echo "      exposure: $(inside systemd-analyze security --no-pager edgepose.service 2>&1 | tail -n 1 || true)"

# A broker that asks for a password, in the namespace; the password comes to the daemon as a credential.
printf 'per_listener_settings true\nlistener 1883 127.0.0.1\nuser root\npassword_file %s\n' "$work/passwords" >"$work/mosquitto.conf"
mosquitto_passwd -c -b "$work/passwords" device Secr3t-of-the-broker
nsenter --target "$booted" --net -- mosquitto -c "$work/mosquitto.conf" >"$work/broker.log" 2>&1 &
started+=($!)
inside sh -c 'umask 077; mkdir -p /etc/edgepose/credentials /etc/systemd/system/edgepose.service.d; printf Secr3t-of-the-broker >/etc/edgepose/credentials/mqtt.password
  printf "[Service]\nLoadCredential=mqtt.password:/etc/edgepose/credentials/mqtt.password\n" >/etc/systemd/system/edgepose.service.d/credentials.conf; systemctl daemon-reload'
cat >"$root/etc/edgepose/edgepose.json" <<'JSON'
{
  "device": { "site": "clean", "id": "debian" },
  "network": { "manifest": "/usr/lib/edgepose/models/edgepose-l.json", "providers": ["cpu"] },
  "mqtt": { "address": "mqtt://127.0.0.1:1883", "username": "device", "passwordFile": { "fromCredential": "mqtt.password" } },
  "cameras": [{ "id": "lobby", "address": "/srv/lobby.mp4", "loop": true }]
}
JSON
inside sh -c 'umask 077; printf Secr3t-of-the-broker >/root/password'
cp "$root/etc/edgepose/edgepose.json" "$work/written.json"
nsenter --target "$booted" --net -- mosquitto_sub -v -h 127.0.0.1 -u device -P Secr3t-of-the-broker -t '#' >>"$work/events" 2>"$work/subscriber.log" &
started+=($!)

start=$(date +%s%N)
promise "it starts, and systemd takes it as ready" inside systemctl enable --now edgepose
echo "      start to READY: $((($(date +%s%N) - start) / 1000000)) ms"
promise "events reach a subscriber; the broker's password came as a credential" more_events 60
promise "its status line tells cameras and rate" within 30 status_tells "1 of 1 cameras running.*broker connected"
promise "it runs as its own user" test "$(inside stat -c %U "/proc/$(property MainPID)")" = edgepose
promise "without a capability, with no new privileges, behind a filter of system calls" test "$(status_of CapEff) $(status_of NoNewPrivs) $(status_of Seccomp)" = "0000000000000000 1 2"
promise "its folders are its own" inside sh -c 'test "$(stat -c %a:%U /var/lib/edgepose /var/cache/edgepose | sort -u)" = 700:edgepose'
promise "the demo runs from the package" inside edgepose demo --seconds 30
promise "it listens on loopback alone" sh -c '! nsenter --target "$1" --net ss -Hltnup | grep -v -e mosquitto -e " 127.0.0.1:8650 " | grep .' sh "$booted"
promise "no line of the journal holds the password" inside sh -c '! journalctl -b --no-pager | grep -q Secr3t'

if inside edgepose --help | grep -qE '^  reload '; then
  old=$(property MainPID)
  cp "$root/etc/edgepose/edgepose.json" "$work/before-reload.json"
  sed -i 's/"id": "lobby"/"id": "hall"/' "$root/etc/edgepose/edgepose.json"
  promise "a reload is taken" inside systemctl reload edgepose
  promise "by the same process" is MainPID "$old"
  promise "which publishes under the new name" within 20 grep -q '/hall/' "$work/events"
  echo '{ "cameras": [ }' >"$root/etc/edgepose/edgepose.json"
  promise "a bad one is refused" refused reload
  promise "and the daemon goes on" is MainPID "$old"
  cp "$work/before-reload.json" "$root/etc/edgepose/edgepose.json"
  inside systemctl reload edgepose
else
  echo "not tried: reload, which this version has not"
fi

echo "== faults"
inside kill -KILL "$(children | head -n 1)"
promise "a killed decoder is replaced, and the daemon goes on" more_events 20
promise "which systemd did not need to see" is NRestarts 0
inside kill -KILL "$(property MainPID)"
promise "a killed daemon is back" within 20 is NRestarts 1
promise "and ready again" within 20 is ActiveState active
promise "and publishes again" more_events 60
inside kill -STOP "$(property MainPID)"
start=$SECONDS
promise "a daemon that stands still is killed by the watchdog and back" within 60 is NRestarts 2
echo "      standstill to restart: $((SECONDS - start)) s"
promise "and publishes again after it" more_events 60
group=/sys/fs/cgroup$(property ControlGroup)
inside kill -STOP "$(children | head -n 1)"
start=$SECONDS
promise "a stop ends it, a decoder that stands still with it" inside systemctl stop edgepose
echo "      stop: $((SECONDS - start)) s"
promise "as a success" is Result success
promise "nothing of it is left" inside sh -c "! pgrep -u edgepose && test ! -s $group/cgroup.procs"

echo "== a bad configuration"
echo '{ "cameras": [ }' >"$root/etc/edgepose/edgepose.json"
promise "lets the last good one run after a restart" inside systemctl restart edgepose
promise "which publishes" more_events 60
promise "the status says so" within 20 status_tells "configuration refused"
promise "the journal says where the error is" inside sh -c 'journalctl -u edgepose -n 40 --no-pager | grep -q "edgepose.json:1:"'
inside rm /var/lib/edgepose/last-good.json
promise "without a last good one it is refused" refused restart
sleep 6
promise "with the exit code 78" is ExecMainStatus 78
promise "and systemd does not try again" is NRestarts 0
cp "$work/written.json" "$root/etc/edgepose/edgepose.json"
promise "the corrected one starts" inside systemctl start edgepose

echo "== upgrade, removal, purge"
dpkg-deb --raw-extract "$package" "$work/newer"
sed -i 's/^Version: \(.*\)/Version: \1+1/' "$work/newer/DEBIAN/control"
dpkg-deb --root-owner-group -Znone --build "$work/newer" "$root/newer.deb" >/dev/null
rm -rf "$work/newer"
old=$(property MainPID)
promise "an upgrade installs" inside dpkg -i /newer.deb
promise "keeps the configuration that was written" cmp "$work/written.json" "$root/etc/edgepose/edgepose.json"
promise "and the daemon runs anew" test "$(property MainPID)" != "$old" -a "$(property ActiveState)" = active
promise "publishing" more_events 60
promise "remove" inside dpkg --remove edgepose
promise "stops the daemon and takes the program" inside sh -c '! pgrep -u edgepose && test ! -e /usr/lib/edgepose && test ! -e /usr/bin/edgepose'
promise "keeps configuration and state" inside sh -c 'test -f /etc/edgepose/edgepose.json && test -d /var/lib/edgepose'
promise "purge after removal" inside dpkg --purge edgepose
promise "the user is gone" inside sh -c '! getent passwd edgepose && ! getent group edgepose'
inside rm -f /root/password
all_files >"$work/after"
grep -v '^/newer.deb$' "$work/after" | diff "$work/before" - >"$work/left" || true
promise "and no file is left" sh -c '! grep "^>" "$1"' sh "$work/left"

tally
