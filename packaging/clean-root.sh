# Sourced: a clean Debian in a folder, and systemd as process 1 in it, in namespaces of its own. Root alone can; nothing of it outlives the caller.
# shellcheck shell=bash disable=SC2016 # what stands in single quotes is for apt, or for the shell inside

# What is missing for it, one line; empty when it can be done.
clean_root_lacks() {
  local tool
  ((EUID == 0)) || { echo "only root can make a Debian root and boot it"; return; }
  for tool in debootstrap unshare nsenter mosquitto mosquitto_sub apt-get; do
    command -v "$tool" >/dev/null || { echo "$tool is not installed: apt-get install debootstrap mosquitto mosquitto-clients"; return; }
  done
  unshare --mount --pid --net --cgroup --fork true 2>/dev/null || echo "this machine allows no new namespaces (unshare)"
}

# Debian 12, minimal, with systemd: $1, unless it is there. Mirror and settings of apt are this machine's own.
make_clean_root() {
  local root=$1 site
  [[ -e $root/.complete ]] && return
  site=$(apt-get indextargets --format '$(SITE) $(RELEASE)' 'Created-By: Packages' | awk '$2 == "bookworm" { print $1; exit }')
  [[ -n $site ]] || { echo "clean-root.sh: apt knows no mirror of Debian 12 (bookworm) here; is this Debian 12?" >&2; return 69; }
  rm -rf "$root"
  mkdir -p "$root"
  debootstrap --variant=minbase --include=systemd,systemd-sysv bookworm "$root" "$site" >"$root.log" 2>&1 || { tail -n 5 "$root.log" >&2; return 69; }
  apt-get indextargets --format '$(SITE) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' \
    | awk '$2 ~ /^bookworm/ && $3 == "main" { print "deb " $1 " " $2 " main" }' | sort -u >"$root/etc/apt/sources.list"
  apt-config dump Acquire | grep -v '""' >"$root/etc/apt/apt.conf.d/99host" || true
  # Nothing here needs to outlive a power cut, and dpkg is much faster so.
  echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/unsafe-io"
  echo clean-debian >"$root/etc/hostname"
  touch "$root/.complete"
}

# A copy of $1 at $2 that costs nothing: what is written goes to $3.
overlay_root() {
  mkdir -p "$2" "$3/upper" "$3/work"
  mount -t overlay overlay -o "lowerdir=$1,upperdir=$3/upper,workdir=$3/work" "$2"
}

# A command in the root $1, with this machine's network and no service manager.
in_chroot() {
  local root=$1
  shift
  cp --remove-destination /etc/resolv.conf "$root/etc/resolv.conf"
  unshare --mount --pid --fork --kill-child -- bash -c '
    mount --make-rprivate /
    mount -t proc proc "$1/proc"
    mount -t tmpfs tmpfs "$1/tmp"
    mount --bind /dev "$1/dev"
    root=$1
    shift
    exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"' in_chroot "$root" "$@"
}

# Boots systemd in the root $1, in the background; its process id, as this machine sees it, goes to $booted.
boot_root() {
  local root=$1 group
  group=$(mount -t cgroup2 | awk '{ print $3; exit }')/edgepose-test-$$
  mkdir -p "$group"
  # The network namespace has nothing but its loopback: what is tested needs no more, and reaches no more.
  (
    echo "$BASHPID" >"$group/cgroup.procs"
    exec unshare --mount --pid --net --uts --ipc --cgroup --fork --kill-child -- bash -c '
      root=$1
      mount --make-rprivate /
      ip link set lo up
      mount -t proc proc "$root/proc"
      mount -t sysfs sysfs "$root/sys"
      mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
      mount -t tmpfs -o mode=755 tmpfs "$root/run"
      mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
      mount -t tmpfs -o mode=755 tmpfs "$root/dev"
      for device in null zero full random urandom tty; do
        touch "$root/dev/$device"
        mount --bind "/dev/$device" "$root/dev/$device"
      done
      mkdir "$root/dev/pts" "$root/dev/shm"
      mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
      mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
      ln -s pts/ptmx "$root/dev/ptmx"
      ln -s /proc/self/fd "$root/dev/fd"
      cd "$root"
      pivot_root . mnt
      exec chroot . env -i container=unshare PATH=/usr/sbin:/usr/bin:/sbin:/bin /bin/sh -c "umount -l /mnt; mount --make-rshared /; exec /lib/systemd/systemd --unit=multi-user.target"' boot "$root"
  ) >"$root.boot.log" 2>&1 </dev/null &
  unsharing=$!
  local attempt
  for attempt in {1..150}; do
    booted=$(cat "/proc/$unsharing/task/$unsharing/children" 2>/dev/null || true)
    booted=${booted%% *}
    [[ -n $booted ]] && inside systemctl is-system-running --wait 2>/dev/null | grep -qE 'running|degraded' && return
    sleep 0.2
  done
  echo "clean-root.sh: systemd did not come up in $root after $attempt attempts; see $root.boot.log" >&2
  return 1
}

# A command beside the booted systemd.
inside() {
  nsenter --target "$booted" --all -- env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"
}

# Ends the booted systemd and all that it started; a namespace dies with its first process.
stop_root() {
  [[ -z ${booted:-} ]] || kill -KILL "$booted" 2>/dev/null || true
  [[ -z ${unsharing:-} ]] || wait "$unsharing" 2>/dev/null || true
  rmdir "$(mount -t cgroup2 | awk '{ print $3; exit }')/edgepose-test-$$" 2>/dev/null || true
  booted="" unsharing=""
}
