namespace RagPy.Core.Sources;

/// <summary>Recognises what someone brings in.</summary>
public static class SourceFactory
{
    /// <summary>Opens a location on this machine that its owner names, e.g. on the command line: <see cref="SourceOptions.Local"/>.</summary>
    /// <exception cref="SourceException">As for <see cref="Open(string, SourceOptions)"/>.</exception>
    public static ISource Open(string location) => Open(location, SourceOptions.Local);

    /// <summary>
    /// Opens a ZIP or folder of a Zotero export, its JSON alone, Zotero's data directory (also by its parent or its <c>zotero.sqlite</c>),
    /// a folder or ZIP of PDFs, one PDF, or a CSV of texts (also alone in a folder or ZIP). Only what tells the kinds apart is read here.
    /// </summary>
    /// <exception cref="SourceException">The location does not exist or is none of these; the message says what was looked for and what to do.</exception>
    public static ISource Open(string location, SourceOptions options)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(location);
        ArgumentNullException.ThrowIfNull(options);
        try
        {
            if (Directory.Exists(location))
            {
                return SourceDetector.OpenFolder(location, options);
            }

            return File.Exists(location)
                ? SourceDetector.OpenFile(location, options)
                : throw new SourceException($"There is no file or folder '{location}'. Give {SourceDetector.Accepted}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SourceException($"'{location}' cannot be read: {e.Message}", e);
        }
    }
}
