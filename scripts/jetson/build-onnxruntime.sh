#!/usr/bin/env bash
# Builds ONNX Runtime with CUDA and TensorRT on a Jetson: no official build for it exists.
#
#   build-onnxruntime.sh VERSION SOURCE LIBRARY_HOME ARCHITECTURES JOBS WORK OUTPUT
#
# SOURCE is a git address or a folder with the sources. OUTPUT gets libonnxruntime.so and its provider libraries, which must lie beside it.
# Flags: those that are known to build on JetPack; --no_telemetry because 1.29 and later send it on Linux.
set -euo pipefail
version=$1 source=$2 library_home=$3 architectures=$4 jobs=$5 work=$6 output=$7

tree=$source
if [[ ! -d $source ]]; then
  tree=$work/onnxruntime-$version
  [[ -e $tree/.complete ]] || {
    rm -rf "$tree"
    git clone --recursive --depth 1 --shallow-submodules --branch "v$version" "$source" "$tree"
    touch "$tree/.complete"
  }
fi

# ONNX Runtime asks for CMake 3.28; Ubuntu 22.04 (JetPack 6) has 3.22.
if ! printf '3.28\n%s\n' "$(cmake --version | sed -n '1s/.* //p')" | sort -VC; then
  [[ -x $work/tools/bin/cmake ]] || { python3 -m venv "$work/tools" && "$work/tools/bin/pip" install --quiet 'cmake>=3.28,<4'; }
  export PATH="$work/tools/bin:$PATH"
fi

cd "$tree"
./build.sh --config Release --build_shared_lib --parallel "$jobs" --nvcc_threads 1 --skip_tests --no_telemetry --compile_no_warning_as_error --allow_running_as_root \
  --use_cuda --cuda_home /usr/local/cuda --cudnn_home "$library_home" --use_tensorrt --tensorrt_home "$library_home" \
  --cmake_extra_defines "CMAKE_CUDA_ARCHITECTURES=$architectures" CMAKE_POLICY_VERSION_MINIMUM=3.5 onnxruntime_BUILD_UNIT_TESTS=OFF
mkdir -p "$output"
cp -L build/Linux/Release/libonnxruntime.so build/Linux/Release/libonnxruntime_providers_{shared,cuda,tensorrt}.so "$output"
strip --strip-unneeded "$output"/libonnxruntime*.so
