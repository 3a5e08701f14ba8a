namespace RagPy.LocalServices;

/// <summary>A service of this machine cannot be used. The message is one sentence that says what to do.</summary>
public sealed class LocalServicesException(string message, Exception? inner = null) : Exception(message, inner);
