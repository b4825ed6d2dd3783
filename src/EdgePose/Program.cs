Console.Error.WriteLine("edgepose: not built yet");
return 64;
