using System.Text;

namespace RagPy.Core.Extraction.Sections;

/// <summary>
/// Cuts a text of headings and paragraphs into sections: one begins at each heading that follows running text, and where one grows too long to be read at
/// once. A section is labelled by the last heading at its beginning.
/// </summary>
/// <param name="engine">Recorded on every section.</param>
internal sealed class SectionWriter(string engine)
{
    /// <summary>UTF-16 units after which a section is continued in the next one.</summary>
    private const int LongSection = 30_000;

    /// <summary>As many as a PDF may have pages; what comes after stays in the last one.</summary>
    private const int MaxSections = 10_000;

    private const int MaxLabel = 120;

    private readonly StringBuilder _text = new();
    private readonly List<ExtractedPage> _sections = [];
    private readonly List<TextRegion> _regions = [];
    private readonly List<OutlineEntry> _outline = [];
    private string? _label;
    private bool _hasBody;

    /// <summary>Level of the heading of references that is open; 0 outside of them.</summary>
    private int _referenceLevel;

    /// <summary>Adds a heading.</summary>
    /// <param name="level">From 1.</param>
    public void Heading(int level, string title)
    {
        var line = SectionText.OneLine(SectionText.Clean(title));
        if (line.Length == 0)
        {
            return;
        }

        if (_hasBody)
        {
            EndSection();
        }

        if (_referenceLevel > 0 && level <= _referenceLevel)
        {
            _referenceLevel = 0;
        }

        var start = Append(line);
        _regions.Add(new TextRegion(_sections.Count + 1, start, _text.Length, RegionKind.Heading, level));
        _label = SectionText.Beginning(line, MaxLabel);
        if (ReferenceHeadings.Contains(line))
        {
            _referenceLevel = level;
        }
    }

    /// <summary>Adds a paragraph, a list entry, a row: text that stands by itself. Line breaks stay.</summary>
    public void Paragraph(string text)
    {
        var clean = SectionText.Clean(text).Trim();
        if (clean.Length == 0)
        {
            return;
        }

        if (_text.Length > LongSection)
        {
            EndSection(keepLabel: true);
        }

        var start = Append(clean);
        _hasBody = true;
        if (_referenceLevel > 0)
        {
            _regions.Add(new TextRegion(_sections.Count + 1, start, _text.Length, RegionKind.References));
        }
    }

    /// <summary>Begins a part of a book: the next text is a section of its own, called so until a heading says otherwise.</summary>
    public void Part(string? title)
    {
        EndSection();
        _referenceLevel = 0;
        if (title is not null && SectionText.OneLine(SectionText.Clean(title)) is { Length: > 0 } line)
        {
            _label = SectionText.Beginning(line, MaxLabel);
            _outline.Add(new OutlineEntry(1, line, _sections.Count + 1));
        }
    }

    /// <summary>The sections, then the structure.</summary>
    /// <param name="title">Title from the file's metadata, or null.</param>
    /// <param name="language">Language that the file says it is in, or null.</param>
    public IEnumerable<ExtractedPart> Finish(string? title, string? language)
    {
        EndSection(isLast: true);
        foreach (var section in _sections)
        {
            yield return section;
        }

        yield return new DocumentStructure(
            _sections.Count,
            [.. _sections.Select(section => section.Label)],
            _regions,
            [.. _outline.Where(entry => entry.PageIndex <= _sections.Count)],
            [],
            title,
            language
        );
    }

    private int Append(string block)
    {
        if (_text.Length > 0)
        {
            _text.Append("\n\n");
        }

        var start = _text.Length;
        _text.Append(block);

        return start;
    }

    private void EndSection(bool keepLabel = false, bool isLast = false)
    {
        if (_text.Length == 0 || (_sections.Count >= MaxSections - 1 && !isLast))
        {
            return;
        }

        _sections.Add(
            new ExtractedPage(_sections.Count + 1, _label, engine, _text.ToString(), 0, 0, ReadOnlyMemory<byte>.Empty, NeedsOcr: false)
        );
        _text.Clear();
        _hasBody = false;
        _label = keepLabel ? _label : null;
    }
}
