using EdgePose.Daemon.Cameras.Decoder;

// The daemon starts this program again for each camera: that child decodes, and knows nothing of the commands.
if (args is ["decode"])
{
    return DecoderProgram.Run();
}

Console.Error.WriteLine("edgepose: only the decoder is built yet");
return 64;
