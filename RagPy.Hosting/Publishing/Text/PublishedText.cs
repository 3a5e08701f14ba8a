namespace RagPy.Hosting.Publishing.Text;

/// <summary>A text with values that whoever deploys gives.</summary>
internal sealed record PublishedText(IReadOnlyList<TextPart> Parts)
{
    /// <summary>The secret that it consists of; null when it is anything else.</summary>
    public TextPart.Secret? OnlySecret => Parts is [TextPart.Secret { IsEncoded: false } secret] ? secret : null;

    public IEnumerable<TextPart.Secret> Secrets => Parts.OfType<TextPart.Secret>();

    public static PublishedText Of(string text) => new([new TextPart.Literal(text)]);

    /// <summary>The text with its parts as something writes them.</summary>
    public string Render(Func<TextPart, string> write) => string.Concat(Parts.Select(write));
}
