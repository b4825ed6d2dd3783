using EdgePose.Configuration.Layers;
using EdgePose.Configuration.Reading;

namespace EdgePose.Configuration.Schema;

public static partial class ConfigurationReference
{
    private static readonly string LayerText =
        $$"""

        ## Layers

        `edgepose run --config FOLDER` takes a fleet's folder. Every device may be given the whole of it, and takes what is its own, the lowest first:

        | Layer | What it is |
        |---|---|
        | built-in | the defaults of the tables above |
        | `fleet.json` | what all devices share |
        | identity | the device's name as `device.id`, and its site |
        | `sites/SITE.json` | what the devices of a site share; the site is the `device.site` of the device's file, else the `site` of the identity file, else the `device.site` of fleet.json; a layer above that names another one is refused |
        | `devices/DEVICE.json` | the device's own; without that file the device is unknown, and refused |
        | `conf.d/*.json` | in the order of their names |
        | environment | `EDGEPOSE__mqtt__address=mqtts://broker`, `EDGEPOSE__cameras__door__maxFps=5`; letter case does not matter, and `_` stands for `-` in a camera's id. A single file has this layer too |

        Who a device is says the variable `{{DeviceIdentity.Variable}}`; else the file `{{DeviceIdentity.FileName}}` in the folder (`{ "device": "door-1", "site": "berlin" }`); else the host's name up to
        its first dot, in small letters. A device with a single file has the same name, without the identity file, unless the file says `device.id`.

        - **Objects merge; anything else is replaced.** `null` takes away what a lower layer said; where there is nothing to take away it is an error.
        - **Cameras merge by id.** A file writes them as a list with ids or as an object: `"cameras": { "door": { "maxFps": 5 }, "gate": null }` changes one and takes another away.
        - **Templates.** `"cameraTemplates": { "entrance": { "transport": "udp" } }`, and a camera (or another template) with `"extends": "entrance"` takes over what it does not say itself.
        - **Credentials.** `"passwordFile": { "{{CredentialReference.Key}}": "door" }` names no file but a credential: what systemd's `LoadCredential=door:...` loaded, else the file
          `{{CredentialReference.Folder}}/door` beside the configuration, of mode 0600.
        - Each file is checked by itself, so a mistake in fleet.json is told even where a device overrides it.

        | command | what it does |
        |---|---|
        | `edgepose config check` | every error of this device, its network's files included; of one (`--device`) or of all in the folder (`--all`), on any machine, without the files that only a device has; exit code 78 when there is one |
        | `edgepose config show` | what is in force, with defaults, without secrets; `--revision` prints the hash alone |
        | `edgepose config explain cameras.door.maxFps` | which layer said what; the last one wins |
        | `edgepose config diff A B` | two devices, or two folders or files; exit code 1 when they differ |
        | `edgepose config schema` | the JSON Schema; `--layer` that of a layer |
        | `edgepose config migrate` | brings files to the form of today |

        """;
}
