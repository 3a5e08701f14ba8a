namespace RagPy.Core.Projects;

/// <summary>A bibliographic item of a project; one or more documents belong to it.</summary>
public sealed class Item
{
    /// <summary>v5 UUID of the item's key in the project's namespace.</summary>
    public Guid Id { get; set; }

    public long ProjectId { get; set; }

    /// <summary><see cref="Sources.SourceItem.Key"/>.</summary>
    public required string SourceKey { get; set; }

    public string ZoteroKey { get; set; } = "";

    public string Library { get; set; } = "";

    public string Type { get; set; } = "";

    public string Title { get; set; } = "";

    public string Abstract { get; set; } = "";

    /// <summary>JSON array of <see cref="Sources.Creator"/>.</summary>
    public string Creators { get; set; } = "[]";

    /// <summary>Family names of all creators, lower case, without accents: what the author filter compares.</summary>
    public string[] AuthorKeys { get; set; } = [];

    public string Date { get; set; } = "";

    /// <summary>Each four-digit year in the date field; what the year filter compares.</summary>
    public int[] Years { get; set; } = [];

    public string Url { get; set; } = "";

    public string Doi { get; set; } = "";

    public string Language { get; set; } = "";

    public string PublicationTitle { get; set; } = "";

    public string[] Tags { get; set; } = [];

    public string[] Collections { get; set; } = [];
}
