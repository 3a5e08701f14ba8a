namespace RagPy.Hosting.Publishing.Text;

/// <summary>A piece of a published text.</summary>
internal abstract record TextPart
{
    private TextPart() { }

    /// <summary>Text that is known.</summary>
    public sealed record Literal(string Value) : TextPart;

    /// <summary>A value that whoever deploys gives, and that may be seen.</summary>
    /// <param name="Variable">Name of the variable that gives it.</param>
    /// <param name="Default">What it is when nobody gives it; null when somebody has to.</param>
    public sealed record Setting(string Variable, string? Default) : TextPart;

    /// <summary>A value that whoever deploys gives, and that is kept from sight.</summary>
    /// <param name="Name">Its name as a file and as a key: lower case.</param>
    /// <param name="IsRequired">Nothing works without it.</param>
    /// <param name="IsEncoded">It is wanted percent-encoded.</param>
    public sealed record Secret(string Name, bool IsRequired, bool IsEncoded) : TextPart
    {
        /// <summary>Name of the variable that gives it.</summary>
        public string Variable => Name.Replace('-', '_').ToUpperInvariant();
    }
}
