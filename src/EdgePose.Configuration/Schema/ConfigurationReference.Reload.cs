namespace EdgePose.Configuration.Schema;

public static partial class ConfigurationReference
{
    private const string ReloadText =
        """

        ## Reload

        A running daemon reads its configuration again on these events:

        | event | detail |
        |---|---|
        | a file changes | New and removed files count too. The contents are compared, so changed symbolic links, mounts and network shares are detected |
        | a named file changes | for example a replaced password or certificate |
        | SIGHUP | A daemon that was started with SIGHUP ignored, as `nohup` does, keeps ignoring it and reports that at its start |
        | `edgepose reload` | The command waits for the result: exit code 0, or 78 with every error |

        The whole configuration is validated before anything changes.

        | result | reaction |
        |---|---|
        | an error | The configuration is refused. Every error is in the log and in the retained status. The running configuration continues. The files are read again every five seconds |
        | a changed camera | the other cameras lose no frame |
        | a changed broker | the daemon reconnects without losing an event |
        | another network | it is opened, tested and warmed beside the running one |
        | a changed `device`, `tracking`, `output`, `mqtt.inFlight`, `spool`, or a network of another skeleton | the next start applies it. The log, the status and `edgepose reload` report it |

        ### The last good configuration

        The running configuration is stored in the state folder: `last-good.json` in $STATE_DIRECTORY, else in the user's state folder.
        It is the effective configuration, readable by the daemon's user only. Passwords and certificates are named, not contained.

        A start with refused files, or with a network that cannot be opened, runs the last good configuration.
        Every error is in the log, in `systemctl status` and in the retained status (trigger `start`).
        The daemon loads the files when they are corrected, as after a refused reload.

        The daemon ends with exit code 78 in these cases:

        - There is no last good configuration.
        - It is no longer valid: a file that it names is missing, or this version cannot read it.
        - It belongs to another device.

        ### Revision

        The retained status contains the running revision (`configurationHash`, `configurationSince`), the changes that wait for the next start, and the last refusal.
        The owner of a fleet can compare it with the intended revision:

        ```sh run
        edgepose config show --revision --config config/fleet --device osaka-dock
        ```

        The revision is a hash of the output of `config show`, where passwords are hidden.
        Of an address's query only stream parameters count, such as `channel`, `subtype` and `profile`. Of a pipeline everything but its passwords counts.
        A published revision therefore allows no password guessing. A changed password inside an address gives no new revision.

        """;
}
