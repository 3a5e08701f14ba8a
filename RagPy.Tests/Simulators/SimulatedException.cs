namespace RagPy.Tests.Simulators;

/// <summary>A request that a simulated provider refuses.</summary>
internal sealed class SimulatedException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;
}
