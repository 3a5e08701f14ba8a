namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value made of others.</summary>
public interface IValueWithReferences
{
    /// <summary>The resources and values that it is made of.</summary>
    IEnumerable<object> References { get; }
}
