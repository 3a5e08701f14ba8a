namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value that is given from outside.</summary>
/// <param name="callback">Gives the value; called when it is first needed.</param>
/// <param name="secret">The value must not be shown.</param>
public class ParameterResource(string name, Func<ParameterDefault?, string> callback, bool secret = false)
    : Resource(name),
        IManifestExpressionProvider,
        IValueProvider
{
    private readonly Func<ParameterDefault?, string> _callback = callback ?? throw new ArgumentNullException(nameof(callback));

    public bool Secret { get; } = secret;

    public ParameterDefault? Default { get; set; }

    public string ValueExpression => $"{{{Name}.value}}";

    /// <summary>The value.</summary>
    /// <exception cref="MissingParameterValueException">Nobody has set it.</exception>
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken) => new(_callback(Default));
}
