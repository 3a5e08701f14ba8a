namespace RagPy.Api;

/// <summary>Marks endpoints that belong to the web pages, whose answers carry their security headers and whose errors are pages.</summary>
internal sealed class WebPageMetadata
{
    public static readonly WebPageMetadata Instance = new();
}
