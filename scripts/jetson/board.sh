# Sourced by build-jetson.sh: which board this is, and what follows from it. EDGEPOSE_BOARD is the folder that stands for / (tests put a board there).
# shellcheck shell=bash disable=SC2034,SC2154 # build-jetson.sh reads what is set here, and sets work and jobs

# The table: what is built for a JetPack. A row: JetPack, ONNX Runtime, folder of TensorRT and cuDNN, GPU architectures.
#   JetPack 6 (6.1 on): CUDA 12.6, TensorRT 10.3. ONNX Runtime 1.23 to 1.25 are known to build against it; 1.31 is not known to.
#   JetPack 7: CUDA 13, TensorRT 10.13 to 10.16; Orin is 87, Thor is 110.
jetpack_table() {
  case $1 in
    6) default_ort=1.24.4 library_home=/usr/lib/aarch64-linux-gnu architectures="87-real" ;;
    7) default_ort=1.31.1 library_home=/usr architectures="87-real;110-real;110-virtual" ;;
  esac
}

# Sets model, l4t and jetpack; refuses what is no Jetson of JetPack 6 or 7. $1: JetPack that a person asserts, or empty.
detect_board() {
  local asserted=$1 base=${EDGEPOSE_BOARD:-} release
  [[ -z $asserted || $asserted == 6 || $asserted == 7 ]] || fail 64 "--jetpack $asserted: 6 or 7"
  release=$base/etc/nv_tegra_release
  if [[ ! -r $release ]]; then
    [[ -n $asserted ]] || fail 69 "this is no Jetson: $release is missing." \
      "Run it on a Jetson with JetPack 6 or 7. On another machine see scripts/build-deb.sh, or look at the plan with --dry-run --jetpack 6."
    model="no Jetson (asserted)" l4t=unknown jetpack=$asserted
    jetpack_table "$jetpack"
    return
  fi
  # "# R36 (release), REVISION: 4.3, GCID: ..."
  l4t=$(sed -nE 's/^# R([0-9]+) \(release\), REVISION: ([0-9.]+).*/\1.\2/p' "$release" | head -n 1)
  [[ -n $l4t ]] || fail 69 "$release does not begin as NVIDIA's does (# R36 (release), REVISION: 4.3, ...)." "Give the version yourself: --jetpack 6 or --jetpack 7."
  model=$(tr -d '\0' <"$base/proc/device-tree/model" 2>/dev/null || echo "an unknown Jetson")
  case ${l4t%%.*} in
    36) jetpack=6 ;;
    38 | 39) jetpack=7 ;;
    3[0-5] | 2?) fail 69 "L4T $l4t is JetPack 5 or older: its TensorRT 8 and CUDA 11 are too old for ONNX Runtime here." \
      "Flash JetPack 6 or 7 (NVIDIA SDK Manager), or run the amd64/CPU package elsewhere." ;;
    *)
      [[ -n $asserted ]] || fail 69 "L4T $l4t is newer than this script knows (36 is JetPack 6, 38 and 39 are JetPack 7)." "Try --jetpack 7, and report whether it builds."
      jetpack=$asserted
      ;;
  esac
  [[ -z $asserted || $asserted == "$jetpack" ]] || fail 64 "--jetpack $asserted: this board has L4T $l4t, which is JetPack $jetpack." "Leave the option out."
  jetpack_table "$jetpack"
}

# What JetPack should have brought. Each missing part is named, then it ends.
check_parts() {
  local base=${EDGEPOSE_BOARD:-} missing=() headers tensorrt
  [[ -x $base/usr/local/cuda/bin/nvcc ]] || missing+=("CUDA's compiler (/usr/local/cuda/bin/nvcc): apt-get install nvidia-jetpack")
  mapfile -t headers < <(compgen -G "$base/usr/include/*/NvInferVersion.h"; compgen -G "$base/usr/include/NvInferVersion.h")
  ((${#headers[@]})) \
    || missing+=("TensorRT's headers (NvInferVersion.h): apt-get install nvidia-jetpack")
  compgen -G "$base/usr/include/*/cudnn_version*.h" >/dev/null || compgen -G "$base/usr/include/cudnn_version*.h" >/dev/null \
    || missing+=("cuDNN's headers (cudnn_version.h): apt-get install nvidia-jetpack")
  command -v dotnet >/dev/null && dotnet --list-sdks 2>/dev/null | grep -q '^10\.' \
    || missing+=("the .NET 10 SDK (dotnet): apt-get install dotnet-sdk-10.0 where Ubuntu has it (24.04 on), else the install script of .NET's documentation")
  ((${#missing[@]} == 0)) || fail 69 "these are missing:" "${missing[@]}"
  # Newer headers name the number TRT_MAJOR_ENTERPRISE and NV_TENSORRT_MAJOR after it.
  tensorrt=$(sed -nE 's/^#define (NV_TENSORRT_MAJOR|TRT_MAJOR_ENTERPRISE) +([0-9]+).*/\2/p' "${headers[0]}" | head -n 1)
  [[ -z $tensorrt ]] || ((tensorrt >= 10)) || fail 69 "this board has TensorRT $tensorrt (${headers[0]}); ONNX Runtime here needs 10." \
    "JetPack 6.0 came with TensorRT 8: bring it to 6.1 or later (apt-get dist-upgrade, or NVIDIA SDK Manager)."
}

# Room and memory for building ONNX Runtime.
check_room() {
  local free memory
  free=$(df -Pk "$work" | awk 'NR == 2 { print int($4 / 1048576) }')
  ((free >= 25)) || fail 69 "$work has $free GB free; ONNX Runtime with CUDA needs 25." "Free some, or give --work a folder on a larger disk (NVMe)."
  memory=$(awk '/^MemTotal|^SwapTotal/ { sum += $2 } END { print int(sum / 1048576) }' /proc/meminfo)
  ((memory >= 12)) || fail 69 "memory and swap together are $memory GB; nvcc needs about 4 GB for each of $jobs jobs, and 12 in all." \
    "Add swap: fallocate -l 16G /swap && chmod 600 /swap && mkswap /swap && swapon /swap"
}
