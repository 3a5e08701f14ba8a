using System.Text.Json;
using RagPy.Core.Sources;

namespace RagPy.Api.Pages.Data;

/// <summary>How people who made an item are named in lists.</summary>
internal static class Names
{
    private const int MaxNames = 3;

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    /// <summary>The creators of an item as it is stored.</summary>
    public static IReadOnlyList<Creator> Read(string creators) => JsonSerializer.Deserialize<Creator[]>(creators, s_json) ?? [];

    /// <summary>Up to three family names, more as <c>et al.</c></summary>
    public static string Short(IReadOnlyList<Creator> creators)
    {
        var names = creators.Select(c => c.FamilyName.Length > 0 ? c.FamilyName : c.GivenName).Where(n => n.Length > 0).ToList();
        return names.Count > MaxNames ? $"{names[0]} et al." : string.Join(", ", names);
    }

    /// <summary>All names, given name first.</summary>
    public static string Full(IReadOnlyList<Creator> creators) =>
        string.Join(", ", creators.Select(c => $"{c.GivenName} {c.FamilyName}".Trim()).Where(n => n.Length > 0));
}
