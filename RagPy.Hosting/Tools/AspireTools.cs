namespace RagPy.Hosting.Tools;

/// <summary>The programs of Aspire's bundle.</summary>
/// <param name="Folder">Absolute path of the folder that holds <c>dcp</c> and <c>managed</c>.</param>
internal sealed record AspireTools(string Folder)
{
    /// <summary>The orchestrator.</summary>
    public string Orchestrator => Path.Combine(Folder, "dcp", "dcp");

    /// <summary>The program whose verb <c>dashboard</c> is the dashboard.</summary>
    public string Managed => Path.Combine(Folder, "managed", "aspire-managed");

    public bool Exist => File.Exists(Orchestrator) && File.Exists(Managed);
}
