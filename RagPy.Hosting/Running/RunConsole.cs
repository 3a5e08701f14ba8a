namespace RagPy.Hosting.Running;

/// <summary>What a run tells the person who started it. Lines come whole, whoever writes.</summary>
internal sealed class RunConsole(TextWriter output, TextWriter error) : IProgress<string>
{
    private readonly Lock _gate = new();

    /// <summary>Something that was done, or that one should know.</summary>
    public void Say(string line)
    {
        lock (_gate)
        {
            output.WriteLine(line);
            output.Flush();
        }
    }

    /// <summary>Something that did not work.</summary>
    public void Complain(string line)
    {
        lock (_gate)
        {
            error.WriteLine(line);
            error.Flush();
        }
    }

    void IProgress<string>.Report(string value) => Say(value);
}
