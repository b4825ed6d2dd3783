#!/usr/bin/env bash
# Installs the Debian packages that EdgePose needs at run time; with --training what the recipe needs, with --tests what the tests need as well, with --nightly the nightly ones, with --gpu-build those of the GPU build.
# Does nothing, and needs no rights, when all of them are there. --list prints the names and installs nothing: what the .deb depends on.
set -euo pipefail

packages=(
  # OpenCvSharp's native library links against these.
  libgtk-3-0 libdrm2 libatomic1
  # Decoding: RTSP, H.264, H.265, files, cameras.
  libgstreamer1.0-0 libgstreamer-plugins-base1.0-0 gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-libav
)
server=(
  # The demo's and the tests' RTSP server, and its encoders.
  python3-gi gir1.2-gst-rtsp-server-1.0 gir1.2-gst-plugins-base-1.0 gstreamer1.0-rtsp gstreamer1.0-plugins-ugly gstreamer1.0-tools
)
# libfaketime steps the wall clock of one process. Chromium opens the page; prometheus brings promtool, which checks metrics and rules.
tests=(mosquitto iproute2 shellcheck libfaketime chromium prometheus)
nightly=(
  # The package on a clean Debian, on arm64, and looked at by Debian's own critic.
  debootstrap mosquitto-clients qemu-user-static lintian
)
# Stubs of the NVIDIA libraries are compiled for the option parsers of ONNX Runtime.
gpu_build=(gcc libc6-dev binutils)
training=(
  # The recipe in training/: PyTorch 1.13 for the CPU, reading pictures, ONNX in and out, curves. A few hundred MB.
  python3-torch python3-numpy python3-opencv python3-onnx python3-matplotlib
)

for argument in "$@"; do
  case "$argument" in
    --server) packages+=("${server[@]}") ;;
    --nightly) packages+=("${nightly[@]}") ;;
    --gpu-build) packages+=("${gpu_build[@]}") ;;
    --training) packages+=("${training[@]}") ;;
    --list)
      printf '%s\n' "${packages[@]}"
      exit 0
      ;;
    --tests) packages+=("${server[@]}" "${tests[@]}" "${training[@]}") ;;
    *)
      echo "install-native.sh: unknown option '$argument' (--server, --training, --tests, --nightly, --gpu-build, --list)" >&2
      exit 64
      ;;
  esac
done

missing=()
for package in "${packages[@]}"; do
  [[ $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null) == *"ok installed"* ]] || missing+=("$package")
done
((${#missing[@]})) || exit 0

echo "== installing native packages: ${missing[*]}"
sudo=()
if ((EUID != 0)); then
  command -v sudo >/dev/null || {
    echo "These packages are missing and only root can install them. Run as root: apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 77
  }
  sudo=(sudo)
fi
export DEBIAN_FRONTEND=noninteractive
# Installing mosquitto or prometheus starts a service on its standard port; the tests bring their own.
if [[ " ${missing[*]} " =~ \ (mosquitto|prometheus)\  && ! -e /usr/sbin/policy-rc.d ]]; then
  printf '#!/bin/sh\nexit 101\n' | "${sudo[@]}" tee /usr/sbin/policy-rc.d >/dev/null
  "${sudo[@]}" chmod +x /usr/sbin/policy-rc.d
  trap '"${sudo[@]}" rm -f /usr/sbin/policy-rc.d' EXIT
fi
"${sudo[@]}" apt-get update -qq
"${sudo[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
