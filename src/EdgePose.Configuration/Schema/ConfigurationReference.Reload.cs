namespace EdgePose.Configuration.Schema;

public static partial class ConfigurationReference
{
    private const string ReloadText =
        """

        ## Reload

        A running daemon takes over another configuration when its files change (new ones and ones taken away included; the contents count, so an exchanged symbolic link, a
        replaced mount and a network share are seen too), on SIGHUP, and when `edgepose reload` asks, which waits for the verdict: exit code 0, or 78 with every error. A file that it names
        counts as well: a password or a certificate that is replaced. A daemon that was started with SIGHUP ignored, as `nohup` does, goes on ignoring it and says so at its start.

        It is validated as a whole before anything changes. One with an error is refused, every error is in the log and in the retained status, and what ran runs on; while it is refused
        it is read again every five seconds, because what it lacks may come. A good one touches only what it changes: the other cameras lose no frame, other broker settings reconnect
        without losing an event, a network is opened, proved and warmed beside the one that runs. Only the next start takes over `device`, `tracking`, `output`, `mqtt.inFlight`
        and `spool`, and a network of another skeleton; the log, the status and `edgepose reload` say so.

        What runs is kept as the last good configuration in the state folder (`last-good.json` in $STATE_DIRECTORY, else below the user's state folder): the effective one, for the daemon's user
        alone, with passwords and certificates named and not held. When what lies there at a start is refused, or its network cannot be opened, the daemon starts with the last good one, tells
        every error in log, `systemctl status` and retained status (trigger `start`), and takes the files over once they are corrected, as after a reload that was refused. It ends with exit code 78
        only where there is no last good one, or that one is not valid any more (a file that it names is gone, or this program reads it no longer), or is another device's.

        The retained status tells the revision that runs (`configurationHash`, since `configurationSince`), what waits for the next start and the last refusal, so that a fleet's
        owner sees who has taken what: `edgepose config show --revision --config FOLDER --device NAME` prints what it should be.
        It is a hash of what `config show` prints, where passwords are hidden: of an address's query only the parameters that tell the stream count (`channel`, `subtype`, `profile` and
        the like), and of a pipeline all but its passwords. So nobody can try passwords against a published revision, and one that stands in an address changes without a new revision.

        """;
}
