namespace RagPy.Core.Providers;

/// <summary>An engine was asked for that there is not, or whose key or address is not set. The message says what to set.</summary>
public sealed class ProviderNotConfiguredException(string message) : InvalidOperationException(message);
