using RagPy.Core.Providers;

namespace RagPy.Tests;

/// <summary>Waits that tests do not sit out.</summary>
internal static class TestWaits
{
    /// <summary>Between tries of a call to a simulated provider or store, which is well again at once.</summary>
    public static ProviderWaits Short { get; } = new() { First = TimeSpan.FromMilliseconds(10) };
}
