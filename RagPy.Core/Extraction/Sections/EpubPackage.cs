using System.Xml;
using System.Xml.Linq;
using RagPy.Core.Pipeline;
using RagPy.Core.Sources;

namespace RagPy.Core.Extraction.Sections;

/// <summary>
/// The parts of an EPUB in reading order (EPUB 3.3, and 2.0.1 for older ones): container, package document, spine, and the titles that the table of contents
/// gives them. Entities and external parts of the XML are never resolved.
/// </summary>
internal sealed class EpubPackage
{
    private const int MaxXmlUnits = 16 << 20;
    private const string Container = "META-INF/container.xml";
    private const string Encryption = "META-INF/encryption.xml";

    /// <summary>Obfuscation of fonts, which is no encryption of the text (EPUB 3.3 §4.2.6.3.1).</summary>
    private static readonly string[] s_fontAlgorithms = ["http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"];

    private readonly IFileTree _tree;
    private readonly string _folder;
    private readonly XDocument _package;

    private EpubPackage(IFileTree tree, string path, XDocument package)
    {
        (_tree, _package) = (tree, package);
        _folder = FolderOf(path);
        Title = Metadata("title");
        Language = Metadata("language");
        Parts = ReadParts();
    }

    public string? Title { get; }

    public string? Language { get; }

    /// <summary>Paths of the text's files in reading order, with their titles where known.</summary>
    public IReadOnlyList<(string Path, string? Title)> Parts { get; }

    /// <summary>Reads what says how the book is put together.</summary>
    /// <exception cref="DocumentFailedException"><c>corrupt</c> or <c>encrypted</c>.</exception>
    public static EpubPackage Open(IFileTree tree)
    {
        var container = Load(tree, Container) ?? throw Corrupt($"it has no {Container}");
        var path = Elements(container, "rootfile")
            .Select(root => root.Attribute("full-path")?.Value)
            .FirstOrDefault(value => value is not null);
        var package = (path is null ? null : Load(tree, path)) ?? throw Corrupt("its package document is missing");
        if (IsEncrypted(tree))
        {
            throw new DocumentFailedException(
                FailureCode.Encrypted,
                "The book is protected against copying (DRM). Attach an edition without protection to have its text."
            );
        }

        return new EpubPackage(tree, path!, package);
    }

    private static bool IsEncrypted(IFileTree tree) =>
        Load(tree, Encryption) is { } encryption
        && Elements(encryption, "EncryptedData")
            .Select(data => data.Elements().FirstOrDefault(e => e.Name.LocalName == "EncryptionMethod")?.Attribute("Algorithm")?.Value)
            .Any(algorithm => algorithm is not null && !s_fontAlgorithms.Contains(algorithm));

    private static IEnumerable<XElement> Elements(XDocument document, string name) =>
        document.Descendants().Where(element => element.Name.LocalName == name);

    private static XDocument? Load(IFileTree tree, string path)
    {
        if (tree.Find(path) is not { } file)
        {
            return null;
        }

        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Ignore,
            XmlResolver = null,
            MaxCharactersInDocument = MaxXmlUnits,
        };
        try
        {
            using var stream = file.Open();
            using var reader = XmlReader.Create(stream, settings);

            return XDocument.Load(reader);
        }
        catch (XmlException exception)
        {
            throw Corrupt($"{path} is not well-formed XML: {exception.Message}");
        }
    }

    private static DocumentFailedException Corrupt(string what) =>
        new(FailureCode.Corrupt, $"The EPUB cannot be read: {what.TrimEnd('.')}.");

    private static string FolderOf(string path) => path.LastIndexOf('/') is >= 0 and var slash ? path[..slash] : "";

    private string? Metadata(string name) =>
        Elements(_package, "metadata")
            .SelectMany(metadata => metadata.Elements())
            .FirstOrDefault(element => element.Name.LocalName == name)
            ?.Value.Trim()
            is { Length: > 0 } value
            ? value
            : null;

    private List<(string, string?)> ReadParts()
    {
        var manifest = new Dictionary<string, XElement>(StringComparer.Ordinal);
        foreach (var item in Elements(_package, "manifest").SelectMany(list => list.Elements()))
        {
            manifest.TryAdd(item.Attribute("id")?.Value ?? "", item);
        }

        var titles = ReadTitles(manifest.Values);
        var spine = Elements(_package, "itemref")
            .Select(reference => manifest.GetValueOrDefault(reference.Attribute("idref")?.Value ?? "")?.Attribute("href")?.Value)
            .OfType<string>()
            .Select(href => Resolve(_folder, href))
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .ToList();

        return spine.Count > 0
            ? [.. spine.Select(path => (path, titles.GetValueOrDefault(path)))]
            : throw Corrupt("its spine names no text");
    }

    /// <summary>First title of each file in the navigation document, else in the NCX.</summary>
    private Dictionary<string, string> ReadTitles(IEnumerable<XElement> manifest)
    {
        var items = manifest.ToList();
        var titles = new Dictionary<string, string>(StringComparer.Ordinal);
        var navigation = items.FirstOrDefault(item => (item.Attribute("properties")?.Value ?? "").Split(' ').Contains("nav"));
        var ncx = items.FirstOrDefault(item => item.Attribute("media-type")?.Value == "application/x-dtbncx+xml");
        foreach (var item in new[] { navigation, ncx }.OfType<XElement>())
        {
            if (Resolve(_folder, item.Attribute("href")?.Value ?? "") is { } path && TryLoad(path) is { } contents)
            {
                AddTitles(titles, contents, FolderOf(path));
            }
        }

        return titles;
    }

    /// <summary>A table of contents that is broken costs the titles only.</summary>
    private XDocument? TryLoad(string path)
    {
        try
        {
            return Load(_tree, path);
        }
        catch (DocumentFailedException)
        {
            return null;
        }
    }

    private static void AddTitles(Dictionary<string, string> titles, XDocument contents, string folder)
    {
        foreach (var link in Elements(contents, "a"))
        {
            Add(link.Attribute("href")?.Value, link.Value);
        }

        foreach (var point in Elements(contents, "navPoint"))
        {
            var label = point.Elements().FirstOrDefault(element => element.Name.LocalName == "navLabel")?.Value;
            Add(point.Elements().FirstOrDefault(element => element.Name.LocalName == "content")?.Attribute("src")?.Value, label ?? "");
        }

        void Add(string? href, string title)
        {
            if (href is not null && Resolve(folder, href) is { } path && SectionText.OneLine(title) is { Length: > 0 } line)
            {
                titles.TryAdd(path, line);
            }
        }
    }

    /// <summary>The path in the archive that a reference means; null when it leads outside or elsewhere.</summary>
    private static string? Resolve(string folder, string href)
    {
        var hash = href.IndexOf('#', StringComparison.Ordinal);
        var relative = Uri.UnescapeDataString(hash < 0 ? href : href[..hash]);
        var parts = new List<string>();
        foreach (var part in PathMatcher.Join(folder, relative).Split('/'))
        {
            if (part == ".." && parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part == ".." || part.Contains(':', StringComparison.Ordinal))
            {
                return null;
            }
            else if (part is not ("" or "."))
            {
                parts.Add(part);
            }
        }

        return parts.Count > 0 && relative.Length > 0 ? string.Join('/', parts) : null;
    }
}
