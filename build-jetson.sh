#!/usr/bin/env bash
# From a clean JetPack 6 or 7 to a .deb: ONNX Runtime with TensorRT and OpenCvSharp's native library are built here, EdgePose is published for linux-arm64,
# the TensorRT engine is built ahead, and all of it is packed, with a bill of materials and checksums.
#
#   ./build-jetson.sh                    on the Jetson; one to three hours, most of them ONNX Runtime
#   ./build-jetson.sh --dry-run          prints what was found and what would be done, and does nothing
#
#   --ort-version V      ONNX Runtime, and the managed package with it     --ort-libraries FOLDER   take a built one: libonnxruntime.so, its providers beside it
#   --ort-source S       its sources: a git address or a folder            --opencv-source S   --opencvsharp-source S   likewise
#   --jetpack 6|7        where the board does not tell                     --jobs N             compilers at once
#   --network ID         of models/, packed as the one that runs           --precision fp16|int8|fp32   of its engine
#   --work FOLDER        sources, builds, logs (out/jetson)                --output FOLDER      of the package (out)
#   --again STEP         does STEP anew: tools onnxruntime opencvsharp publish engine package
#
# A step that is done is not done again: start this once more after a failure, and it goes on there. It needs root for apt alone, and asks sudo for it.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/jetson/board.sh
source "$root/scripts/jetson/board.sh"

# fail STATUS WHAT [WHAT TO DO]...
fail() {
  local status=$1
  shift
  echo "build-jetson.sh: $1" >&2
  shift
  (($# == 0)) || printf '  %s\n' "$@" >&2
  exit "$status"
}

dry_run="" jetpack_option="" ort="" ort_libraries="" jobs="" again=""
ort_source=https://github.com/microsoft/onnxruntime.git
opencv_source=https://github.com/opencv/opencv.git
opencvsharp_source=https://github.com/shimat/opencvsharp.git
network=edgepose-l-tensorrt precision=int8 work=$root/out/jetson output=$root/out
while (($#)); do
  case $1 in
    --dry-run) dry_run=1 && shift && continue ;;
    -h | --help) sed -n '2,18p' "$0" | cut -c3- && exit 0 ;;
  esac
  (($# > 1)) || fail 64 "the option '$1' is unknown or lacks its value." "See ./build-jetson.sh --help."
  case $1 in
    --ort-version) ort=$2 ;;
    --ort-libraries) ort_libraries=$2 ;;
    --ort-source) ort_source=$2 ;;
    --opencv-source) opencv_source=$2 ;;
    --opencvsharp-source) opencvsharp_source=$2 ;;
    --jetpack) jetpack_option=$2 ;;
    --jobs) jobs=$2 ;;
    --network) network=$2 ;;
    --precision) precision=$2 ;;
    --work) work=$2 ;;
    --output) output=$2 ;;
    --again) again=$2 ;;
    *) fail 64 "unknown option '$1'." "See ./build-jetson.sh --help." ;;
  esac
  shift 2
done

# The steps work in folders of their own, so every path is made whole.
work=$(realpath -m -- "$work") output=$(realpath -m -- "$output")
[[ -z $ort_libraries ]] || ort_libraries=$(realpath -m -- "$ort_libraries")
for source in ort_source opencv_source opencvsharp_source; do
  [[ ! -d ${!source} ]] || printf -v "$source" '%s' "$(realpath -- "${!source}")"
done

detect_board "$jetpack_option"
ort=${ort:-$default_ort}
[[ $ort =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || fail 64 "--ort-version $ort: three numbers, such as $default_ort"
[[ -f $root/models/$network.json ]] || fail 66 "--network $network: models/$network.json is missing." "There are: $(cd "$root/models" && echo ./*.json)"
[[ -z $ort_libraries || -e $ort_libraries/libonnxruntime.so ]] || fail 66 "--ort-libraries $ort_libraries: no libonnxruntime.so there."
# nvcc takes about 4 GB for a file of ONNX Runtime's CUDA kernels.
jobs=${jobs:-$(awk -v cores="$(nproc)" '/^MemTotal/ { fit = int($2 / 4194304); print (fit < 1 ? 1 : (fit > cores ? cores : fit)) }' /proc/meminfo)}
opencvsharp=$(sed -n 's/.*Include="OpenCvSharp4" Version="\([^"]*\)".*/\1/p' "$root/Directory.Packages.props")

cat <<EOF
== $model, L4T $l4t: JetPack $jetpack
   ONNX Runtime $ort$([[ -z $ort_libraries ]] && echo ", built from $ort_source for CUDA architectures $architectures" || echo ", taken from $ort_libraries")
   OpenCvSharp $opencvsharp over OpenCV ${opencvsharp%.*}, built from $opencvsharp_source and $opencv_source
   network $network, engine in $precision; $jobs jobs; work in $work, package to $output
EOF
[[ $jetpack != 6 || $ort == 1.2[345].* ]] || echo "   ONNX Runtime $ort is not known to build against JetPack 6's TensorRT 10.3; 1.23 to 1.25 are."

# is_done NAME KEY
is_done() { [[ $again != "$1" && -e $work/stamps/$1 && $(<"$work/stamps/$1") == "$2" ]]; }

# step NAME WHAT KEY ADVICE COMMAND...: does it unless it is done for the same KEY (versions and options); ADVICE is for where it fails.
step() {
  local name=$1 what=$2 key=$3 advice=$4 stamp=$work/stamps/$1 log=$work/logs/$1.log status
  shift 4
  if [[ -n $dry_run ]]; then
    echo "$name: $what"
    return
  fi
  if is_done "$name" "$key"; then
    echo "== $name: done before"
    return
  fi
  echo "== $name (log: $log)"
  mkdir -p "$work/stamps" "$work/logs"
  rm -f "$stamp"
  # In a condition (if, ||) bash would go on after a command that fails, and only the step's last one would count.
  set +e
  (
    set -e
    "$@"
  ) >"$log" 2>&1
  status=$?
  set -e
  if ((status != 0)); then
    tail -n 15 "$log" >&2
    fail 1 "the step '$name' failed; the end of $log is above." "$advice" "Then start this again with the same options: what is done stays done."
  fi
  printf '%s' "$key" >"$stamp"
}

# One line for all that is published from: the commit and what differs from it. Without git it never repeats.
sources() {
  {
    git -C "$root" rev-parse HEAD && git -C "$root" diff HEAD && git -C "$root" status --porcelain
    git -C "$root" ls-files --others --exclude-standard -z | (cd "$root" && xargs -0r cat --)
  } 2>/dev/null | cksum
  git -C "$root" rev-parse --git-dir >/dev/null 2>&1 || date +%s%N
}

as_root() {
  if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}

install_tools() {
  "$root/scripts/install-native.sh"
  as_root apt-get install -y --no-install-recommends build-essential ninja-build cmake git pkg-config python3 python3-venv \
    libgstreamer1.0-dev libgstreamer-plugins-base1.0-dev dpkg-dev
}

publish() {
  rm -rf "$work/program"
  dotnet publish "$root/src/EdgePose" -c Release -r linux-arm64 --self-contained -o "$work/program" -p:PublishReadyToRun=true -p:OnnxRuntimeVersion="$ort" \
    -p:ContinuousIntegrationBuild=true -p:PathMap="$root=/edgepose"
  cp "$work"/libraries/*.so* "$work/program"
}

build_engine() {
  rm -rf "$work/engines"
  mkdir -p "$work/engines"
  ORT_DISABLE_TELEMETRY=1 "$work/program/edgepose" model build-engine --network "$work/program/models/$network.json" --precision "$precision" --engine-cache "$work/engines"
}

pack() {
  "$root/scripts/build-deb.sh" --rid linux-arm64 --program "$work/program" --libraries "$work/libraries" --engines "$work/engines" --network "$network" --precision "$precision" \
    --output "$output" --library "onnxruntime-tensorrt=$ort=MIT" --library "opencv=${opencvsharp%.*}=Apache-2.0" --library "OpenCvSharpExtern=$opencvsharp=Apache-2.0"
}

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
ort_key="$ort $ort_source $architectures"
if [[ -z $dry_run ]]; then
  mkdir -p "$work/libraries" "$output"
  check_parts
  [[ -n $ort_libraries ]] || is_done onnxruntime "$ort_key" || check_room
fi
step tools "apt-get installs compilers, GStreamer's headers and what EdgePose needs to run" 1 \
  "Is there a network, and is the clock right? 'sudo apt-get update' shows what apt says." install_tools
if [[ -n $ort_libraries ]]; then
  step onnxruntime "the libraries of $ort_libraries" "taken from $ort_libraries" "Can the folder be read?" cp -L "$ort_libraries"/libonnxruntime*.so "$work/libraries"
else
  step onnxruntime "ONNX Runtime $ort with CUDA and TensorRT ($library_home)" "$ort_key" \
    "Killed? Memory ran out: give --jobs 1, or more swap. A compiler's error? Try another --ort-version (JetPack 6: 1.23 to 1.25)." \
    "$root/scripts/jetson/build-onnxruntime.sh" "$ort" "$ort_source" "$library_home" "$architectures" "$jobs" "$work" "$work/libraries"
fi
step opencvsharp "OpenCV ${opencvsharp%.*} with GStreamer, and OpenCvSharp's native library over it" "$opencvsharp $opencvsharp_source $opencv_source" \
  "Could the sources not be cloned? Give --opencv-source and --opencvsharp-source a mirror or a folder." \
  "$root/scripts/jetson/build-opencvsharp.sh" "$opencvsharp" "$opencvsharp_source" "$opencv_source" "$jobs" "$work" "$work/libraries"
# Keyed by the commit, by what was changed since (files that git does not know yet included), and by the libraries: whatever differs is published anew.
libraries=$({ stat -c '%n %s %Y' "$work"/libraries/*.so* 2>/dev/null || true; } | cksum)
step publish "dotnet publish for linux-arm64, with its runtime" "$ort $opencvsharp $(sources) $libraries" \
  "NuGet could not restore? It needs a network, and the packages Microsoft.ML.OnnxRuntime and its Managed part in version $ort." publish
step engine "the TensorRT engine of $network in $precision, for this GPU" "$ort $network $precision $(cksum <"$root/models/$network.onnx") $libraries" \
  "'$work/program/edgepose doctor' tells which provider runs and why not; another --precision or --network may build." build_engine
again=package
step package "the .deb, its bill of materials and its checksums" "" "Is there room in $output?" pack
[[ -n $dry_run ]] || ls -l "$output"/edgepose_*_arm64.*
