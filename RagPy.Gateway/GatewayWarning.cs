namespace RagPy.Gateway;

/// <summary>Something in the settings that could not be used, as a sentence; said when the gateway starts, for no log exists before.</summary>
internal sealed record GatewayWarning(string Message);
