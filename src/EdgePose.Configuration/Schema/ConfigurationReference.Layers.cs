using EdgePose.Configuration.Layers;
using EdgePose.Configuration.Reading;

namespace EdgePose.Configuration.Schema;

public static partial class ConfigurationReference
{
    private static readonly string LayerText =
        $$"""

        ## Layers

        `edgepose run --config FOLDER` reads the folder of a fleet. Each device can have the whole folder, and uses its own layers.
        Higher layers are listed later:

        | Layer | Content |
        |---|---|
        | built-in | the defaults of the tables above |
        | `fleet.json` | the keys of all devices |
        | identity | the device's name as `device.id`, and its site |
        | `sites/SITE.json` | the keys of all devices of a site |
        | `devices/DEVICE.json` | the device's own keys. A device without this file is refused as unknown |
        | `conf.d/*.json` | in the order of their names |
        | environment | `EDGEPOSE__mqtt__address=mqtts://broker`, `EDGEPOSE__cameras__door__maxFps=5`. Case is ignored, and `_` stands for `-` in a camera's id. A single file has this layer too |

        The device's name comes from the first of these that exists:

        1. The variable `{{DeviceIdentity.Variable}}`.
        2. The file `{{DeviceIdentity.FileName}}` in the folder: `{ "device": "door-1", "site": "berlin" }`.
        3. The host's name up to its first dot, in lower case.

        A device with a single file has the same name, without the identity file, unless the file sets `device.id`.
        The site comes from the `device.site` of the device's file, else from the identity file, else from fleet.json.
        A higher layer that names another site is refused.

        - **Objects merge; other values are replaced.** `null` removes the value of a lower layer. It is an error where no lower value exists.
        - **Cameras merge by id.** A file contains them as a list with ids or as an object.
          `"cameras": { "door": { "maxFps": 5 }, "gate": null }` changes one and removes another.
        - **Templates.** `"cameraTemplates": { "entrance": { "transport": "udp" } }` defines one.
          A camera or another template with `"extends": "entrance"` gets the keys that it does not set itself.
        - **Credentials.** `"passwordFile": { "{{CredentialReference.Key}}": "door" }` names a credential in place of a file.
          systemd's `LoadCredential=door:...` loads it. Otherwise it is the file `{{CredentialReference.Folder}}/door` beside the configuration, mode 0600.
        - Each file is checked alone, so an error in fleet.json is reported even where a device overrides the key.

        | command | function |
        |---|---|
        | `edgepose config check` | lists every error of this device, with the files of its network; exit code 78 if there is one |
        | `edgepose config check --device NAME` | the same for one device, on any machine, without files that only the device has |
        | `edgepose config check --all` | the same for all devices of the folder |
        | `edgepose config show` | prints the effective configuration with defaults, without secrets; `--revision` prints the hash only |
        | `edgepose config explain cameras.door.maxFps` | prints the value of each layer; the last one applies |
        | `edgepose config diff A B` | compares two devices, folders or files; exit code 1 if they differ |
        | `edgepose config schema` | prints the JSON Schema; `--layer` that of a layer |
        | `edgepose config migrate` | converts files to the current version |

        ```sh run
        edgepose config check --all --config config/fleet
        edgepose config show --config config/fleet --device osaka-dock
        edgepose config explain cameras.dock-1.maxFps --config config/fleet --device osaka-dock
        ```

        """;
}
