namespace RagPy.Core.Providers;

/// <summary>A remote engine: where it is, and how to speak to it.</summary>
/// <param name="Name">Name in ids, messages and metrics, e.g. <c>openai</c>.</param>
/// <param name="BaseUrl">Address that paths are appended to.</param>
/// <param name="Key">Secret; null when none is set.</param>
/// <param name="KeySetting">Variable that holds the secret, named when it is missing or refused; empty where none is needed.</param>
/// <param name="KeyHeader">Header that carries the bare secret (Azure's <c>api-key</c>); null for <c>Authorization: Bearer</c>.</param>
/// <param name="IsFromPerson">The address was given by a person and not by the operator: only public addresses are spoken to.</param>
internal sealed record ProviderEndpoint(
    string Name,
    Uri BaseUrl,
    string? Key,
    string KeySetting,
    string? KeyHeader = null,
    bool IsFromPerson = false
)
{
    /// <summary>The address of a path below the base, whether or not the base ends with a slash.</summary>
    /// <param name="path">Relative, without a slash in front; may have a query.</param>
    public Uri At(string path) => new($"{BaseUrl.AbsoluteUri.TrimEnd('/')}/{path}");

    /// <summary>Without the secret.</summary>
    public override string ToString() => Name;
}
