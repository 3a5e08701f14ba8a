namespace RagPy.Hosting.Dcp;

/// <summary>An address that stays while the processes behind it come and go.</summary>
internal sealed record ServiceSpec
{
    /// <summary>Null: the orchestrator takes a free one.</summary>
    public int? Port { get; init; }

    /// <summary>Always sent: without it the service never gets an address.</summary>
    public string Protocol { get; init; } = "TCP";

    public string AddressAllocationMode { get; init; } = "Localhost";
}
