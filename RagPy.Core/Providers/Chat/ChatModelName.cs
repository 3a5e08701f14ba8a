namespace RagPy.Core.Providers.Chat;

/// <summary>A chat model: who runs it, and what it is called there.</summary>
/// <param name="Provider">One of <see cref="ProviderEndpoints.Names"/>.</param>
/// <param name="Model">As the provider names it; for Azure the deployment.</param>
/// <param name="IsInferred">The provider was not named but follows from the form of the name.</param>
public sealed record ChatModelName(string Provider, string Model, bool IsInferred = false)
{
    /// <summary><c>provider/model</c>.</summary>
    public string Id => $"{Provider}/{Model}";

    /// <summary>
    /// Reads <c>provider/model</c>. A name that begins with no provider of ours is read as the original does: with a slash it is a model of OpenRouter
    /// (<c>anthropic/…</c>), without one of OpenAI.
    /// </summary>
    /// <returns>Null when it is no name.</returns>
    public static ChatModelName? TryParse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        if (name.Length == 0 || slash == 0 || slash == name.Length - 1 || name.AsSpan().ContainsAny(" \t\r\n"))
        {
            return null;
        }

        if (slash < 0)
        {
            return new ChatModelName(ProviderEndpoints.OpenAI, name, IsInferred: true);
        }

        return ProviderEndpoints.Names.Contains(name[..slash])
            ? new ChatModelName(name[..slash], name[(slash + 1)..])
            : new ChatModelName(ProviderEndpoints.OpenRouter, name, IsInferred: true);
    }
}
