#!/usr/bin/env bash
# Shows the main job on real parts: an RTSP server that serves the bundled clip as H.264, a broker, the daemon with its page, and a
# subscriber that prints what arrives. Prints the page's address first. Installs and builds what it needs first, and leaves nothing running.
#
#   ./demo.sh                                  until Ctrl+C
#   ./demo.sh --seconds 60                     for a minute
#   ./demo.sh --source rtsp://camera/stream    your camera in place of the clip (also a file, a folder of pictures, /dev/video0)
#   ./demo.sh --broker mqtt://host:1883        your broker in place of the embedded one
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

command -v dotnet >/dev/null || {
  echo "demo.sh: the .NET 10 SDK is not installed (no 'dotnet' on the path); install it and start this again." >&2
  exit 69
}
"$here/scripts/install-native.sh" --server

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 ORT_DISABLE_TELEMETRY=1
echo "== building (Release)"
dotnet build "$here/src/EdgePose" -c Release -v quiet -clp:NoSummary
exec "$here/src/EdgePose/bin/Release/net10.0/edgepose" demo "$@"
