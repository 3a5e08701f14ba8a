namespace RagPy.Core.Providers;

/// <summary>A successful answer.</summary>
/// <param name="Body">The whole body.</param>
/// <param name="ContentType">Media type without parameters; empty when not said.</param>
internal sealed record ProviderAnswer(ReadOnlyMemory<byte> Body, string ContentType);
