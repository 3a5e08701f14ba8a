using System.Collections.Frozen;
using AngleSharp.Html.Parser;

namespace RagPy.Core.Extraction.Sections;

/// <summary>What the elements of HTML mean for reading.</summary>
internal static class HtmlElements
{
    private static readonly FrozenSet<string> s_blocks = Set(
        "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer form header hgroup hr legend li "
            + "main nav ol p pre section summary table tbody td tfoot th thead tr ul"
    );

    private static readonly FrozenSet<string> s_unread = Set(
        "audio button canvas datalist dialog embed footer iframe input map menu nav noembed noframes noscript object progress script select style svg "
            + "template textarea video annotation annotation-xml"
    );

    private static readonly FrozenSet<string> s_void = Set("area base br col embed hr img input link meta param source track wbr");

    private static readonly FrozenSet<string> s_unreadRoles = Set(
        "navigation banner contentinfo search menu menubar toolbar dialog alertdialog"
    );

    private static readonly FrozenDictionary<string, HtmlParseMode> s_modes = new Dictionary<string, HtmlParseMode>(StringComparer.Ordinal)
    {
        ["script"] = HtmlParseMode.Script,
        ["style"] = HtmlParseMode.Rawtext,
        ["xmp"] = HtmlParseMode.Rawtext,
        ["iframe"] = HtmlParseMode.Rawtext,
        ["noembed"] = HtmlParseMode.Rawtext,
        ["noframes"] = HtmlParseMode.Rawtext,
        ["title"] = HtmlParseMode.RCData,
        ["textarea"] = HtmlParseMode.RCData,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Text before and after it does not run on.</summary>
    public static bool IsBlock(string name) => s_blocks.Contains(name);

    /// <summary>Nothing in it is meant to be read as the page's text.</summary>
    public static bool IsUnread(string name) => s_unread.Contains(name);

    /// <summary>Something with this ARIA role stands beside the text.</summary>
    public static bool IsUnreadRole(string role) => s_unreadRoles.Contains(role);

    /// <summary>It has no end tag.</summary>
    public static bool IsVoid(string name) => s_void.Contains(name);

    /// <summary>How what follows its start tag is read (HTML §13.2.6.2 and following): not as markup, for some.</summary>
    public static HtmlParseMode ModeAfter(string name) => s_modes.GetValueOrDefault(name, HtmlParseMode.PCData);

    /// <summary>1 to 6 for <c>h1</c> to <c>h6</c>, else 0.</summary>
    public static int HeadingLevel(string name) => name.Length == 2 && name[0] == 'h' && name[1] is >= '1' and <= '6' ? name[1] - '0' : 0;

    private static FrozenSet<string> Set(string names) => names.Split(' ').ToFrozenSet(StringComparer.Ordinal);
}
