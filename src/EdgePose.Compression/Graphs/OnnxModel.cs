using EdgePose.Inference;
using Google.Protobuf;

namespace EdgePose.Compression.Graphs;

/// <summary>An ONNX file in memory: a graph, the operator sets that it is written in, and notes. Read, edit, write.</summary>
public sealed class OnnxModel : OnnxMessage
{
    private readonly List<PairMessage> opsets = [];
    private readonly List<PairMessage> metadata = [];
    private string producer = "", producerVersion = "", domain = "", documentation = "";
    private long modelVersion;

    /// <summary>Version of the file format. 7 is the lowest that has all that EdgePose writes up to operator set 13.</summary>
    public long IrVersion { get; set; } = 7;

    /// <summary>The network.</summary>
    public OnnxGraph Graph { get; } = new();

    /// <summary>Version of ONNX's own operator set.</summary>
    public long Opset
    {
        get => opsets.FirstOrDefault(opset => opset.Key is "" or "ai.onnx")?.Version ?? 0;
        set
        {
            opsets.RemoveAll(opset => opset.Key is "" or "ai.onnx");
            opsets.Add(new PairMessage { Version = value, IsVersion = true });
        }
    }

    /// <summary>Notes in the file, by key.</summary>
    public IReadOnlyDictionary<string, string> Metadata => metadata.GroupBy(pair => pair.Key).ToDictionary(group => group.Key, group => group.Last().Value);

    /// <summary>A new model with an empty graph, in operator set 13 (ORT, TensorRT 8 and OpenCV read it).</summary>
    public static OnnxModel Empty(string name)
    {
        var model = new OnnxModel { producer = "edgepose", Opset = 13 };
        model.Graph.Name = name;
        model.Graph.Source = name;
        return model;
    }

    /// <summary>Reads a file, refuses it where it is damaged or hostile, and folds its Constant nodes. No other file is touched.</summary>
    /// <exception cref="NetworkException">It cannot be read, or is not acceptable; file, place and remedy.</exception>
    public static OnnxModel Load(string path)
    {
        OnnxModel model = Parse(OnnxFile.Read(path), path);
        GraphConstants.Fold(model.Graph);
        return model;
    }

    /// <summary>Reads a file's bytes as they are.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="source">Its path, for messages.</param>
    /// <exception cref="NetworkException">It is damaged or hostile; file, place and remedy.</exception>
    public static OnnxModel Parse(byte[] bytes, string source)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        var model = new OnnxModel();
        try
        {
            using var input = new CodedInputStream(bytes);
            ((IMessage)model).MergeFrom(input);
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or InvalidDataException)
        {
            throw new NetworkException($"{source}: this is not an ONNX network, or it is damaged ({exception.Message.TrimEnd('.')}); copy the file again.", exception);
        }

        model.Graph.Source = source;
        if (model.Opset < 7)
        {
            throw model.Graph.Fault("operator set", $"it is {model.Opset}, but 7 or later is wanted (7 brought today's broadcasting); export the network again");
        }

        model.Graph.Check();
        return model;
    }

    /// <summary>Adds a note, or puts it in place of the one of its key.</summary>
    public void Note(string key, string value)
    {
        metadata.RemoveAll(pair => pair.Key == key);
        metadata.Add(new PairMessage { Key = key, Value = value });
    }

    /// <summary>Names an operator set of another domain, if it is not named yet.</summary>
    public void UseDomain(string name, long version)
    {
        if (opsets.TrueForAll(opset => opset.Key != name))
        {
            opsets.Add(new PairMessage { Key = name, Version = version, IsVersion = true });
        }
    }

    /// <summary>A copy that can be edited without changing this one.</summary>
    public OnnxModel Copy() => Parse(ToBytes(), Graph.Source);

    /// <summary>The file's bytes, after the graph was checked.</summary>
    /// <exception cref="NetworkException">An edit has broken the graph.</exception>
    public byte[] ToBytes()
    {
        Graph.Check();
        return this.ToByteArray();
    }

    private protected override bool TryRead(int field, WireFormat.WireType type, CodedInputStream input)
    {
        switch ((field, type))
        {
            case (1, WireFormat.WireType.Varint): IrVersion = input.ReadInt64(); return true;
            case (2, WireFormat.WireType.LengthDelimited): producer = input.ReadString(); return true;
            case (3, WireFormat.WireType.LengthDelimited): producerVersion = input.ReadString(); return true;
            case (4, WireFormat.WireType.LengthDelimited): domain = input.ReadString(); return true;
            case (5, WireFormat.WireType.Varint): modelVersion = input.ReadInt64(); return true;
            case (6, WireFormat.WireType.LengthDelimited): documentation = input.ReadString(); return true;
            case (7, WireFormat.WireType.LengthDelimited): input.ReadMessage(Graph); return true; // protobuf's rule: a second graph is merged into the first
            case (8, WireFormat.WireType.LengthDelimited): opsets.Add(Read<PairMessage>(input)); return true;
            case (14, WireFormat.WireType.LengthDelimited): metadata.Add(Read<PairMessage>(input)); return true;
            default: return false;
        }
    }

    private protected override void Write(FieldWriter writer)
    {
        writer.Number(1, IrVersion);
        writer.OptionalText(2, producer);
        writer.OptionalText(3, producerVersion);
        writer.OptionalText(4, domain);
        if (modelVersion != 0)
        {
            writer.Number(5, modelVersion);
        }

        writer.OptionalText(6, documentation);
        writer.Message(7, Graph);
        writer.Messages(8, opsets);
        writer.Messages(14, metadata);
    }

    /// <summary>An operator set (domain, version) or a note (key, value): both have a text first, and then the one or the other.</summary>
    private sealed class PairMessage : OnnxMessage
    {
        public string Key { get; set; } = "";

        public string Value { get; set; } = "";

        public long Version { get; set; }

        public bool IsVersion { get; set; }

        private protected override bool TryRead(int field, WireFormat.WireType type, CodedInputStream input)
        {
            switch ((field, type))
            {
                case (1, WireFormat.WireType.LengthDelimited): Key = input.ReadString(); return true;
                case (2, WireFormat.WireType.LengthDelimited): Value = input.ReadString(); return true;
                case (2, WireFormat.WireType.Varint): (Version, IsVersion) = (input.ReadInt64(), true); return true;
                default: return false;
            }
        }

        private protected override void Write(FieldWriter writer)
        {
            writer.OptionalText(1, Key);
            if (IsVersion)
            {
                writer.Number(2, Version);
            }
            else
            {
                writer.Text(2, Value);
            }
        }
    }
}
