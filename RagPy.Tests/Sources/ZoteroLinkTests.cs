using RagPy.Core.Zotero;
using Xunit;

namespace RagPy.Tests.Sources;

/// <summary>Links into Zotero.</summary>
public sealed class ZoteroLinkTests
{
    [Theory]
    [InlineData("ABCD2345", "users/123", "zotero://select/library/items/ABCD2345")]
    [InlineData("ABCD2345", "", "zotero://select/library/items/ABCD2345")]
    [InlineData("ABCD2345", "groups/456", "zotero://select/groups/456/items/ABCD2345")]
    [InlineData("ABCD2345", "groups/456/../../x", "zotero://select/library/items/ABCD2345")]
    [InlineData("sha256:ab", "", null)]
    [InlineData("abcd2345", "", null)]
    [InlineData("ABCD2345\n", "", null)]
    public void A_link_names_library_and_item_and_nothing_else(string key, string library, string? expected) =>
        Assert.Equal(expected, ZoteroLink.Of(key, library));
}
