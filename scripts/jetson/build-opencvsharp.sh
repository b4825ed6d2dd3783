#!/usr/bin/env bash
# Builds OpenCvSharp's native library: no package of it for arm64 exists. OpenCV is linked into it, with GStreamer, without GTK, and only with what
# EdgePose uses: core, imgproc, imgcodecs, videoio.
#
#   build-opencvsharp.sh VERSION SHARP_SOURCE OPENCV_SOURCE JOBS WORK OUTPUT
#
# VERSION is that of the NuGet package OpenCvSharp4 (4.13.0.20260627): its tag in SHARP_SOURCE, and its first three numbers the tag in OPENCV_SOURCE. Both
# sources are git addresses or folders. OUTPUT gets libOpenCvSharpExtern.so.
set -euo pipefail
version=$1 sharp=$2 opencv=$3 jobs=$4 work=$5 output=$6

# fetch NAME SOURCE TAG: the folder of the sources.
fetch() {
  local tree=$work/$1-$3
  [[ -d $2 ]] && { echo "$2"; return; }
  [[ -e $tree/.complete ]] || {
    rm -rf "$tree"
    git clone --quiet --depth 1 --branch "$3" "$2" "$tree" >&2 || return
    touch "$tree/.complete"
  }
  echo "$tree"
}
opencv=$(fetch opencv "$opencv" "${version%.*}")
sharp=$(fetch opencvsharp "$sharp" "$version")

cmake -S "$opencv" -B "$work/opencv-build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX="$work/opencv" -DBUILD_SHARED_LIBS=OFF \
  -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DBUILD_LIST=core,imgproc,imgcodecs,videoio -DWITH_GSTREAMER=ON -DWITH_FFMPEG=OFF -DWITH_GTK=OFF -DWITH_QT=OFF -DWITH_V4L=ON \
  -DWITH_ADE=OFF -DWITH_PROTOBUF=OFF -DWITH_OPENEXR=OFF -DBUILD_JPEG=ON -DBUILD_PNG=ON -DBUILD_TIFF=ON -DBUILD_WEBP=ON -DBUILD_ZLIB=ON \
  -DBUILD_TESTS=OFF -DBUILD_PERF_TESTS=OFF -DBUILD_EXAMPLES=OFF -DBUILD_opencv_apps=OFF -DBUILD_JAVA=OFF -DBUILD_opencv_python3=OFF | tee "$work/opencv-configured.txt"
# OpenCV goes on without GStreamer where it does not find it, and says so in one line of many.
grep -qE 'GStreamer: +YES' "$work/opencv-configured.txt" || {
  echo "OpenCV was configured without GStreamer: apt-get install libgstreamer1.0-dev libgstreamer-plugins-base1.0-dev, and start this again." >&2
  exit 69
}
cmake --build "$work/opencv-build" --parallel "$jobs" --target install

# The modules that OpenCV was built without.
without=()
for module in CONTRIB STITCHING CALIB3D VIDEO FEATURES2D FLANN DNN ML OBJDETECT PHOTO BARCODE HIGHGUI; do
  without+=("-DNO_$module=ON")
done
cmake -S "$sharp/src" -B "$work/opencvsharp-build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DOpenCV_DIR="$work/opencv/lib/cmake/opencv4" "${without[@]}"
cmake --build "$work/opencvsharp-build" --parallel "$jobs"
mkdir -p "$output"
cp "$work/opencvsharp-build/OpenCvSharpExtern/libOpenCvSharpExtern.so" "$output"
strip --strip-unneeded "$output/libOpenCvSharpExtern.so"
