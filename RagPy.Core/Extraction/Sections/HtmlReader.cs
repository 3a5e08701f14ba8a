using System.Text;
using AngleSharp.Html;
using AngleSharp.Html.Parser;
using AngleSharp.Html.Parser.Tokens;
using AngleSharp.Text;

namespace RagPy.Core.Extraction.Sections;

/// <summary>
/// Reads the text of one HTML page in one pass over its tokens. No tree is built: unclosed formatting elements make the tree of HTML §13.2.6 grow with the
/// square of a page that was made for it. Nothing is run and nothing is fetched.
/// </summary>
internal sealed class HtmlReader
{
    /// <summary>Text in <c>main</c> below which the whole page is read: some pages put only a banner there.</summary>
    private const int LeastMainText = 500;

    private readonly string _html;
    private readonly SectionWriter _sections;
    private readonly CancellationToken _cancellationToken;
    private readonly StringBuilder _line = new();

    /// <summary>The element left out now, and how many of its name are open within it.</summary>
    private (string Name, int Depth) _skipped = ("", 0);

    /// <summary>Depth of <c>main</c> elements; text counts only inside when the page is read by it.</summary>
    private int _mainDepth;
    private int _headingLevel;
    private int _preDepth;
    private bool _isTitle;

    private HtmlReader(string html, SectionWriter sections, CancellationToken cancellationToken) =>
        (_html, _sections, _cancellationToken) = (html, sections, cancellationToken);

    /// <summary>The page's title; empty without one.</summary>
    public string Title { get; private set; } = "";

    /// <summary>The page's language; empty when it does not say.</summary>
    public string Language { get; private set; } = "";

    /// <summary>Writes the text of a page into sections.</summary>
    public static HtmlReader Read(string html, SectionWriter sections, CancellationToken cancellationToken)
    {
        var reader = new HtmlReader(html, sections, cancellationToken);
        var main = MainText(html, cancellationToken);
        reader.Run(onlyMain: main >= LeastMainText);

        return reader;
    }

    /// <summary>Units of text within <c>main</c>.</summary>
    private static int MainText(string html, CancellationToken cancellationToken)
    {
        var (depth, units) = (0, 0);
        foreach (var token in Tokens(html, cancellationToken))
        {
            if (IsMain(token))
            {
                depth += token.Type == HtmlTokenType.StartTag ? 1 : -1;
            }
            else if (token.Type == HtmlTokenType.Character && depth > 0)
            {
                units += token.Data.Count(unit => !char.IsWhiteSpace(unit));
            }
        }

        return units;
    }

    private static bool IsMain(HtmlToken token) => token.Type is HtmlTokenType.StartTag or HtmlTokenType.EndTag && token.Name == "main";

    private static IEnumerable<HtmlToken> Tokens(string html, CancellationToken cancellationToken)
    {
        using var source = new TextSource(html);
        using var tokenizer = new HtmlTokenizer(source, HtmlEntityProvider.Resolver)
        {
            SkipComments = true,
            IsAcceptingCharacterData = true,
        };
        for (var count = 0; ; count++)
        {
            if (count % 1024 == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            var token = tokenizer.Get();
            if (token.Type == HtmlTokenType.EndOfFile)
            {
                yield break;
            }

            if (token.Type == HtmlTokenType.StartTag)
            {
                // XHTML closes an empty script in its start tag; after any other the text of a script follows.
                tokenizer.State = ((HtmlTagToken)token).IsSelfClosing ? HtmlParseMode.PCData : HtmlElements.ModeAfter(token.Name);
            }
            else if (token.Type == HtmlTokenType.EndTag)
            {
                tokenizer.State = HtmlParseMode.PCData;
            }

            yield return token;
        }
    }

    private void Run(bool onlyMain)
    {
        foreach (var token in Tokens(_html, _cancellationToken))
        {
            if (IsMain(token))
            {
                EndLine();
                _mainDepth = Math.Max(0, _mainDepth + (token.Type == HtmlTokenType.StartTag ? 1 : -1));
            }

            switch (token.Type)
            {
                case HtmlTokenType.StartTag:
                    Open((HtmlTagToken)token);
                    break;
                case HtmlTokenType.EndTag:
                    Close(token.Name);
                    break;
                case HtmlTokenType.Character when _isTitle:
                    Title += token.Data;
                    break;
                case HtmlTokenType.Character when _skipped.Depth == 0 && (!onlyMain || _mainDepth > 0):
                    _line.Append(token.Data);
                    break;
            }
        }

        EndLine();
        Title = SectionText.OneLine(Title);
    }

    private void Open(HtmlTagToken tag)
    {
        if (_skipped.Depth > 0)
        {
            _skipped.Depth += tag.Name == _skipped.Name && !tag.IsSelfClosing ? 1 : 0;
            return;
        }

        if (tag.Name == "html" || (tag.Name == "body" && Language.Length == 0))
        {
            Language = tag.GetAttribute("lang") is { Length: > 0 } language ? language : tag.GetAttribute("xml:lang") ?? "";
        }
        else if (tag.Name == "title" && !tag.IsSelfClosing && Title.Length == 0)
        {
            _isTitle = true;
        }
        else if (!HtmlElements.IsVoid(tag.Name) && !tag.IsSelfClosing && IsUnread(tag))
        {
            EndLine();
            _skipped = (tag.Name, 1);
        }
        else if (tag.Name == "br")
        {
            _line.Append(_headingLevel > 0 ? ' ' : BreakMark);
        }
        else if (HtmlElements.HeadingLevel(tag.Name) is > 0 and var level)
        {
            EndLine();
            _headingLevel = level;
        }
        else
        {
            OpenBlock(tag.Name);
        }
    }

    private void OpenBlock(string name)
    {
        if (name is "td" or "th")
        {
            // Cells of a row stay on its line.
            _line.Append(_line.Length > 0 ? " | " : "");
        }
        else if (HtmlElements.IsBlock(name))
        {
            EndLine();
            _preDepth += name == "pre" ? 1 : 0;
            _line.Append(name == "li" ? "- " : "");
        }
    }

    private void Close(string name)
    {
        if (_skipped.Depth > 0)
        {
            // Nothing is left out beyond the body, whatever was not closed.
            _skipped.Depth = name is "body" or "html" ? 0 : _skipped.Depth - (name == _skipped.Name ? 1 : 0);
        }
        else if (name == "title")
        {
            _isTitle = false;
        }
        else if (HtmlElements.HeadingLevel(name) > 0)
        {
            EndLine();
        }
        else if (HtmlElements.IsBlock(name) && name is not ("td" or "th"))
        {
            EndLine();
            _preDepth -= name == "pre" && _preDepth > 0 ? 1 : 0;
        }
    }

    private static bool IsUnread(HtmlTagToken tag) =>
        HtmlElements.IsUnread(tag.Name)
        || tag.GetAttribute("aria-hidden") == "true"
        || HtmlElements.IsUnreadRole(tag.GetAttribute("role") ?? "")
        || tag.Attributes.Any(attribute => attribute.Name == "hidden")
        || (tag.GetAttribute("style") ?? "")
            .Replace(" ", "", StringComparison.Ordinal)
            .Contains("display:none", StringComparison.OrdinalIgnoreCase);

    /// <summary>Stands for <c>br</c> until the white space of a line is collapsed; U+2028 is the line separator.</summary>
    private const char BreakMark = '\u2028';

    private void EndLine()
    {
        var raw = _line.ToString();
        _line.Clear();
        var level = _headingLevel;
        _headingLevel = 0;
        if (level > 0)
        {
            _sections.Heading(level, raw);
        }
        else if (_preDepth > 0)
        {
            _sections.Paragraph(raw.Replace(BreakMark, '\n'));
        }
        else
        {
            var text = string.Join('\n', raw.Split(BreakMark).Select(SectionText.OneLine)).Trim(' ', '|', '\n');
            _sections.Paragraph(text == "-" ? "" : text);
        }
    }
}
