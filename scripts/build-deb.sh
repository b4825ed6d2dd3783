#!/usr/bin/env bash
# Makes a Debian package of EdgePose: the program with its runtime, the networks, the systemd unit, an example configuration, manual page, licences, and a
# bill of materials (CycloneDX) beside it. The same sources give the same bytes.
#
#   scripts/build-deb.sh                            for this machine, into out/
#   scripts/build-deb.sh --rid linux-arm64          for another one (linux-x64, linux-arm64)
#   scripts/build-deb.sh --program FOLDER           packs what `dotnet publish` has already made
#   scripts/build-deb.sh --libraries FOLDER         native libraries that were built here, in place of the packages' own (build-jetson.sh)
#   scripts/build-deb.sh --engines FOLDER           TensorRT engines that were built ahead; --network ID --precision P: what the example configuration runs
#   --version V   --output FOLDER   --compress xz|zstd|gzip|none   --library NAME=VERSION=LICENCE (of those in --libraries)
#
# Needs dpkg-deb and python3; without --program the .NET 10 SDK as well.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

fail() {
  echo "build-deb.sh: $1" >&2
  exit "${2:-1}"
}

case $(uname -m) in
  aarch64) rid=linux-arm64 ;;
  *) rid=linux-x64 ;;
esac
version=$(sed -n 's:.*<VersionPrefix>\(.*\)</VersionPrefix>.*:\1:p' "$root/Directory.Build.common.props")
program="" libraries="" engines="" network=edgepose-l precision=fp16 output="$root/out" compress=xz built=()
while (($#)); do
  [[ $1 == -h || $1 == --help ]] && { sed -n '2,12p' "$0" | cut -c3-; exit 0; }
  (($# > 1)) || fail "the option '$1' is unknown or lacks its value; see --help" 64
  case $1 in
    --rid) rid=$2 ;;
    --program) program=$2 ;;
    --libraries) libraries=$2 ;;
    --engines) engines=$2 ;;
    --network) network=$2 ;;
    --precision) precision=$2 ;;
    --library) built+=(--library "$2") ;;
    --version) version=$2 ;;
    --output) output=$2 ;;
    --compress) compress=$2 ;;
    *) fail "unknown option '$1'; see --help" 64 ;;
  esac
  shift 2
done
case $rid in
  linux-x64) architecture=amd64 ;;
  linux-arm64) architecture=arm64 ;;
  *) fail "--rid $rid: linux-x64 or linux-arm64" 64 ;;
esac
[[ $version =~ ^[0-9][A-Za-z0-9.+~]*$ ]] || fail "--version '$version' is no version of a native Debian package: a digit, then letters, digits, . + ~" 64
for tool in dpkg-deb python3 gzip; do
  command -v "$tool" >/dev/null || fail "$tool is not installed; apt-get install ${tool/dpkg-deb/dpkg}" 69
done

# The time in every file of the package: that of the commit, or of the change log where there is no git.
if [[ -z ${SOURCE_DATE_EPOCH:-} ]]; then
  SOURCE_DATE_EPOCH=$(git -C "$root" log -1 --format=%ct 2>/dev/null || stat -c %Y "$root/CHANGELOG.md")
fi
export SOURCE_DATE_EPOCH TZ=UTC LC_ALL=C
umask 022
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [[ -z $program ]]; then
  command -v dotnet >/dev/null || fail "the .NET 10 SDK is not installed (no 'dotnet' on the path); install it, or give --program" 69
  echo "== publishing for $rid" >&2
  program="$work/program"
  # Compiled ahead of time as far as ReadyToRun goes: the daemon is ready sooner. PathMap: no path of this machine in the symbols.
  DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 dotnet publish "$root/src/EdgePose" -c Release -r "$rid" --self-contained -o "$program" \
    -p:PublishReadyToRun=true -p:VersionPrefix="${version%%[+~]*}" -p:ContinuousIntegrationBuild=true -p:PathMap="$root=/edgepose" -v quiet -clp:NoSummary >&2 \
    || fail "dotnet publish failed; what it says is above"
fi
[[ -x $program/edgepose && -f $program/edgepose.deps.json ]] || fail "$program: no published program there (edgepose, edgepose.deps.json)" 66

# The tree of the package.
tree="$work/tree"
doc="$tree/usr/share/doc/edgepose"
home="$tree/usr/lib/edgepose"
mkdir -p "$tree/DEBIAN" "$home" "$doc/examples" "$tree/usr/bin" "$tree/etc/edgepose" "$tree/usr/share/man/man1" "$tree/usr/share/edgepose" \
  "$tree/usr/lib/systemd/system" "$tree/usr/lib/sysusers.d" "$tree/usr/lib/tmpfiles.d" "$tree/usr/share/lintian/overrides"
cp -R "$program/." "$home"
# In the sources for tests and comparisons, in no package: v0 learnt from sets some of which state no licence, n is not fit for use yet.
rm -f "$home"/models/edgepose-{v0,n,n-int8}.*
# Documentation of the code and the parts for debuggers and tracers are of no use on a device.
rm -f "$home"/*.xml "$home/createdump" "$home"/libmscor{dbi,daccore}.so "$home/libcoreclrtraceptprovider.so"
if [[ -n $libraries ]]; then
  cp -L "$libraries"/*.so* "$home"
fi
find "$home" -type f -exec chmod 644 {} +
chmod 755 "$home/edgepose"
ln -s ../lib/edgepose/edgepose "$tree/usr/bin/edgepose"

install -m 644 "$root/systemd/edgepose.service" "$tree/usr/lib/systemd/system/edgepose.service"
install -m 644 "$root/systemd/edgepose.sysusers" "$tree/usr/lib/sysusers.d/edgepose.conf"
install -m 644 "$root/systemd/edgepose.tmpfiles" "$tree/usr/lib/tmpfiles.d/edgepose.conf"
install -m 644 "$root/systemd/credentials.conf" "$doc/examples/credentials.conf"
install -m 644 "$root/config/edgepose.schema.json" "$tree/usr/share/edgepose/edgepose.schema.json"
# The shipped configuration, with the paths of an installed device in place of those of the sources.
sed -e 's:"\./edgepose\.schema\.json":"/usr/share/edgepose/edgepose.schema.json":' -e "s:\"\.\./models/[^\"]*\":\"/usr/lib/edgepose/models/$network.json\":" \
  -e "s:\"precision\"\: \"[^\"]*\":\"precision\"\: \"$precision\":" \
  "$root/config/edgepose.json" >"$tree/etc/edgepose/edgepose.json"
if [[ $(grep -c '"/usr/' "$tree/etc/edgepose/edgepose.json") != 2 ]]; then
  fail "config/edgepose.json has changed: the schema's and the network's path were expected once each"
fi

[[ -f $home/models/$network.json ]] || fail "--network $network: the program has no models/$network.json" 66
if [[ -n $engines ]]; then
  # Copied to where the daemon looks, unless engines are there already; one that does not fit the device's GPU or TensorRT is built anew by the daemon.
  cp -R "$engines" "$tree/usr/share/edgepose/engines"
  {
    echo "d /var/cache/edgepose 0700 edgepose edgepose -"
    echo "C /var/cache/edgepose/engines 0700 edgepose edgepose - /usr/share/edgepose/engines"
    echo "Z /var/cache/edgepose/engines - edgepose edgepose -"
  } >>"$tree/usr/lib/tmpfiles.d/edgepose.conf"
fi

install -m 644 "$root/packaging/copyright" "$doc/copyright"
install -m 644 "$root"/monitoring/* "$doc/examples/"
for page in install hardening configuration page metrics; do
  install -m 644 "$root/docs/$page.md" "$doc/$page.md"
done
install -m 644 "$root/packaging/lintian-overrides" "$tree/usr/share/lintian/overrides/edgepose"
gzip -9nc "$root/packaging/edgepose.1" >"$tree/usr/share/man/man1/edgepose.1.gz"
gzip -9nc "$root/CHANGELOG.md" >"$doc/CHANGELOG.md.gz"
maintainer="${EDGEPOSE_MAINTAINER:-The EdgePose authors <edgepose@localhost.invalid>}"
printf 'edgepose (%s) unstable; urgency=medium\n\n  * See CHANGELOG.md.gz.\n\n -- %s  %s\n' "$version" "$maintainer" "$(date -R -d "@$SOURCE_DATE_EPOCH")" | gzip -9n >"$doc/changelog.gz"

mkdir -p "$output"
bom="$output/edgepose_${version}_$architecture.cdx.json"
packages=${NUGET_PACKAGES:-$HOME/.nuget/packages}
python3 "$root/scripts/sbom.py" "$home" --packages "$packages" --version "$version" --epoch "$SOURCE_DATE_EPOCH" --output "$bom" --licences "$doc/third-party" ${built[@]+"${built[@]}"}
install -m 644 "$bom" "$doc/edgepose.cdx.json"
find "$doc" -type f -exec chmod 644 {} +

# Run-time dependencies: what scripts/install-native.sh installs, and what the .NET runtime needs. An OpenCV that was built here needs no GTK.
depends="ca-certificates, libc6 (>= $(find "$home" -name '*.so' -exec grep -haoE 'GLIBC_2\.[0-9]+' {} + | sort -Vu | tail -n 1 | cut -d_ -f2)), libgcc-s1, libstdc++6, libssl3, systemd"
while read -r package; do
  [[ -n $libraries && $package == libgtk-3-0 ]] || depends+=", $package"
done < <("$root/scripts/install-native.sh" --list)
sed -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$architecture/" -e "s/@DEPENDS@/$depends/" -e "s/@MAINTAINER@/$maintainer/" \
  -e "s/@SIZE@/$(du -sk --apparent-size --exclude=DEBIAN "$tree" | cut -f1)/" "$root/packaging/control" >"$tree/DEBIAN/control"
echo /etc/edgepose/edgepose.json >"$tree/DEBIAN/conffiles"
for script in postinst prerm postrm; do
  install -m 755 "$root/packaging/$script" "$tree/DEBIAN/$script"
done
(cd "$tree" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$tree/DEBIAN/md5sums"
find "$tree" -exec touch -hd "@$SOURCE_DATE_EPOCH" {} +

package="$output/edgepose_${version}_$architecture.deb"
echo "== packing $package" >&2
dpkg-deb --root-owner-group -Z"$compress" --build "$tree" "$package" >/dev/null
(cd "$output" && sha256sum "$(basename "$package")" "$(basename "$bom")" >"edgepose_${version}_$architecture.SHA256SUMS")
echo "$package"
