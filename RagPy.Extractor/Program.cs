using RagPy.Extractor;

if (args is ["--version"])
{
    Console.WriteLine(EngineVersion.Text);
    return 0;
}

if (Options.Parse(args) is not { } options)
{
    Console.Error.WriteLine(Options.Usage);
    return 2;
}

// Files nest deeper than the default stack reaches; only address space is reserved.
var thread = new Thread(() => ExtractionRun.Run(options, Console.OpenStandardOutput()), maxStackSize: 256 * 1024 * 1024);
thread.Start();
thread.Join();
return 0;
