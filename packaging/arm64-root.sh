# Sourced: a folder with Debian's arm64 libraries, and programs in it that run under qemu-aarch64-static. Nothing of this machine is changed: apt has a state
# of its own, and who runs arm64 programs (binfmt_misc) is set in a user namespace, which ends with the command.
# shellcheck shell=bash disable=SC2016 # what stands in single quotes is for apt, or for the shell inside

arm64_root_lacks() {
  local tool
  for tool in qemu-aarch64-static apt-get unshare mosquitto mosquitto_sub; do
    command -v "$tool" >/dev/null || { echo "$tool is not installed: scripts/install-native.sh --tests --nightly"; return; }
  done
  [[ -r /usr/lib/binfmt.d/qemu-aarch64.conf ]] || { echo "qemu's registration for arm64 is missing (/usr/lib/binfmt.d/qemu-aarch64.conf): apt-get install qemu-user-static"; return; }
  unshare --user --map-root-user --mount --pid --fork --mount-proc mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc 2>/dev/null \
    || echo "this kernel has no binfmt_misc for a user namespace (6.7 on)"
}

# make_arm64_root FOLDER PACKAGE...: unpacked, not installed: no script of theirs runs.
make_arm64_root() {
  local folder=$1 apt package
  shift
  [[ -e $folder/.complete ]] && return
  apt=$folder.apt
  rm -rf "$folder"
  mkdir -p "$folder" "$apt/lists/partial" "$apt/archives/partial"
  : >"$apt/status"
  apt-get indextargets --format '$(SITE) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' \
    | awk '$2 ~ /^bookworm/ && $3 == "main" { print "deb [arch=arm64] " $1 " " $2 " main" }' | sort -u >"$apt/sources.list"
  local options=(-qq -o APT::Architecture=arm64 -o APT::Architectures::=arm64 -o APT::Install-Recommends=0 -o "Dir::Etc::SourceList=$apt/sources.list"
    -o Dir::Etc::SourceParts=/dev/null -o "Dir::State::Lists=$apt/lists" -o "Dir::Cache::Archives=$apt/archives" -o "Dir::State::Status=$apt/status"
    -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o Debug::NoLocking=1)
  apt-get "${options[@]}" update
  apt-get "${options[@]}" install -y --download-only base-files dash coreutils libc6 "$@" >/dev/null
  for package in "$apt"/archives/*.deb; do
    dpkg-deb --extract "$package" "$folder"
  done
  rm -rf "$apt"
  # ONNX Runtime asks /proc/cpuinfo which instructions there are, and qemu shows this machine's. A Cortex-A76, as QEMU_CPU below.
  local core
  for core in 0 1; do
    printf 'processor\t: %d\nBogoMIPS\t: 50.00\nFeatures\t: fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp cpuid asimdrdm lrcpc dcpop asimddp\n' "$core"
    printf 'CPU implementer\t: 0x41\nCPU architecture: 8\nCPU variant\t: 0x4\nCPU part\t: 0xd0b\nCPU revision\t: 1\n\n'
  done >"$folder/cpuinfo"
  mkdir -p "$folder/proc" "$folder/sys" "$folder/dev" "$folder/tmp" "$folder/srv"
  touch "$folder/.complete"
}

# A command in the arm64 root $1, with this machine's network.
in_arm64() {
  local root=$1
  shift
  unshare --user --map-root-user --mount --pid --fork --kill-child --mount-proc -- bash -c '
    mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
    cat /usr/lib/binfmt.d/qemu-aarch64.conf >/proc/sys/fs/binfmt_misc/register
    mount --rbind /proc "$1/proc"
    mount --bind "$1/cpuinfo" "$1/proc/cpuinfo"
    mount --rbind /sys "$1/sys"
    mount --rbind /dev "$1/dev"
    mount -t tmpfs tmpfs "$1/tmp"
    root=$1
    shift
    # EnableWriteXorExecute: qemu loses the double mapping of generated code. blas, lapack: what the alternatives of Debian would link.
    exec chroot "$root" /usr/bin/env -i QEMU_CPU=cortex-a76 DOTNET_EnableWriteXorExecute=0 LD_LIBRARY_PATH=/usr/lib/aarch64-linux-gnu/blas:/usr/lib/aarch64-linux-gnu/lapack \
      PATH=/usr/bin:/bin LC_ALL=C.UTF-8 HOME=/srv ORT_DISABLE_TELEMETRY=1 "$@"' in_arm64 "$root" "$@"
}
