namespace RagPy.Core.Sources;

/// <summary>A person or institution named by an item.</summary>
/// <param name="Role">Zotero creator type: <c>author</c>, <c>editor</c>, …</param>
/// <param name="FamilyName">Family name, or the whole name of an institution.</param>
/// <param name="GivenName">Given names; empty for an institution.</param>
public sealed record Creator(string Role, string FamilyName, string GivenName)
{
    /// <summary>Family name, space, given name; no trailing space.</summary>
    public override string ToString() =>
        GivenName.Length == 0 ? FamilyName
        : FamilyName.Length == 0 ? GivenName
        : $"{FamilyName} {GivenName}";
}
