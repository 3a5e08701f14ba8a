namespace RagPy.Tests.Simulators;

/// <summary>Ways in which a request can go wrong.</summary>
internal enum FaultKind
{
    Status,
    Slow,
    Cut,
    CutAfterwards,
    CutInside,
    Truncated,
    Items,
}
