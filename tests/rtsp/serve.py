#!/usr/bin/python3
"""Serves RTSP streams from GStreamer's own server, for the demo and the tests.

    serve.py --clip FILE.mp4           the clip's H.264 as it is, over and over
    serve.py --pattern ball            a drawn test picture, encoded on the way (--codec h264 or h265)

Prints the address of the first stream as its first line (`rtsp://127.0.0.1:PORT/0`; --streams N serves /0 to /N-1), and ends when its
standard input closes, so it never outlives the one who started it.
"""
import argparse
import sys
import threading

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
gi.require_version("GstApp", "1.0")
from gi.repository import GLib, Gst, GstApp, GstRtspServer  # noqa: E402,F401  (GstApp gives appsink and appsrc their methods)


def access_units(clip):
    """The clip's H.264 as (bytes, duration in ns), one access unit each; the first is a key frame."""
    description = ("filesrc name=file ! qtdemux ! h264parse config-interval=-1 "
                   "! video/x-h264,stream-format=byte-stream,alignment=au ! appsink name=out sync=false")
    pipeline = Gst.parse_launch(description)
    pipeline.get_by_name("file").set_property("location", clip)
    sink = pipeline.get_by_name("out")
    pipeline.set_state(Gst.State.PLAYING)
    units = []
    while (sample := sink.emit("pull-sample")) is not None:
        buffer = sample.get_buffer()
        units.append((buffer.extract_dup(0, buffer.get_size()), buffer.duration))
    pipeline.set_state(Gst.State.NULL)
    if not units:
        sys.exit(f"serve.py: {clip} holds no H.264 video")
    return units


class ClipFactory(GstRtspServer.RTSPMediaFactory):
    """A medium that repeats a clip for ever, without decoding it."""

    def __init__(self, units):
        super().__init__()
        self.units = units
        self.set_launch("( appsrc name=clip is-live=true format=time block=true max-bytes=200000 "
                        "caps=video/x-h264,stream-format=byte-stream,alignment=au ! h264parse ! rtph264pay name=pay0 pt=96 config-interval=-1 )")
        self.set_shared(True)
        self.connect("media-configure", self.configure)

    def configure(self, _, media):
        source = media.get_element().get_by_name_recurse_up("clip")
        place = {"unit": 0, "time": 0}

        def need_data(app_source, _length):
            data, duration = self.units[place["unit"] % len(self.units)]
            buffer = Gst.Buffer.new_wrapped(data)
            buffer.pts = buffer.dts = place["time"]
            buffer.duration = duration
            place["unit"] += 1
            place["time"] += duration
            app_source.emit("push-buffer", buffer)

        source.connect("need-data", need_data)


def pattern_factory(options):
    encoder = {
        "h264": "x264enc tune=zerolatency speed-preset=ultrafast key-int-max=15 ! rtph264pay name=pay0 pt=96 config-interval=-1",
        "h265": "x265enc tune=zerolatency speed-preset=ultrafast key-int-max=15 ! rtph265pay name=pay0 pt=96 config-interval=-1",
    }[options.codec]
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(f"( videotestsrc is-live=true pattern={options.pattern} ! video/x-raw,width={options.width},height={options.height},"
                       f"framerate={options.fps}/1 ! {encoder} )")
    factory.set_shared(True)
    return factory


def protect(server, factory, user, password):
    """Asks for user and password (basic authentication) on every stream."""
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "user")
    auth.add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), token)
    server.set_auth(auth)
    permissions = GstRtspServer.RTSPPermissions()
    permissions.add_permission_for_role("user", "media.factory.access", True)
    permissions.add_permission_for_role("user", "media.factory.construct", True)
    factory.set_permissions(permissions)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clip", help="an mp4 file with H.264 and without B frames")
    parser.add_argument("--pattern", default="ball", help="of videotestsrc")
    parser.add_argument("--codec", choices=["h264", "h265"], default="h264")
    parser.add_argument("--width", type=int, default=640)
    parser.add_argument("--height", type=int, default=360)
    parser.add_argument("--fps", type=int, default=15)
    parser.add_argument("--streams", type=int, default=1)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--user")
    parser.add_argument("--password", default="")
    options = parser.parse_args()

    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(str(options.port))
    units = access_units(options.clip) if options.clip else None
    for stream in range(options.streams):
        factory = ClipFactory(units) if units else pattern_factory(options)
        if options.user:
            protect(server, factory, options.user, options.password)
        server.get_mount_points().add_factory(f"/{stream}", factory)
    if server.attach(None) == 0:
        sys.exit(f"serve.py: port {options.port} cannot be bound")

    loop = GLib.MainLoop()
    threading.Thread(target=lambda: (sys.stdin.read(), GLib.idle_add(loop.quit)), daemon=True).start()
    print(f"rtsp://127.0.0.1:{server.get_bound_port()}/0", flush=True)
    loop.run()


if __name__ == "__main__":
    main()
