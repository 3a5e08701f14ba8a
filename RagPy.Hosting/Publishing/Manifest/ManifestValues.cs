using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace RagPy.Hosting.Publishing.Manifest;

/// <summary>Writes values as expressions of a manifest, and remembers the parameters that they bring with them.</summary>
internal sealed class ManifestValues(DistributedApplicationModel model)
{
    private readonly List<ParameterResource> _unlisted = [];
    private readonly List<ParameterResource> _encoded = [];

    /// <summary>Parameters that values refer to and that the model does not list: generated passwords. In the order in which they were met.</summary>
    public IReadOnlyList<ParameterResource> Unlisted => _unlisted;

    /// <summary>Parameters that are wanted percent-encoded.</summary>
    public IReadOnlyList<ParameterResource> Encoded => _encoded;

    /// <summary>Name of the manifest's entry that encodes a parameter.</summary>
    public static string EncodedName(ParameterResource parameter) => $"{parameter.Name}-uri-encoded";

    /// <summary>The value as the manifest has it.</summary>
    public string Text(object value)
    {
        switch (value)
        {
            case ParameterResource parameter:
                Note(parameter);

                return parameter.ValueExpression;
            case ReferenceExpression expression:
                return Text(expression);
            case IManifestExpressionProvider provider:
                return provider.ValueExpression;
            default:
                return Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        }
    }

    private string Text(ReferenceExpression expression)
    {
        var holes = new object[expression.ValueProviders.Count];
        for (var i = 0; i < holes.Length; i++)
        {
            var value = expression.ValueProviders[i];
            if (expression.StringFormats[i] is not null && value is ParameterResource parameter)
            {
                Note(parameter);
                AddOnce(_encoded, parameter);
                holes[i] = $"{{{EncodedName(parameter)}.value}}";
            }
            else
            {
                holes[i] = Text(value);
            }
        }

        return string.Format(CultureInfo.InvariantCulture, expression.Format, holes);
    }

    private void Note(ParameterResource parameter)
    {
        if (!model.Resources.Contains(parameter))
        {
            AddOnce(_unlisted, parameter);
        }
    }

    private static void AddOnce(List<ParameterResource> list, ParameterResource parameter)
    {
        if (list.TrueForAll(other => other.Name != parameter.Name))
        {
            list.Add(parameter);
        }
    }
}
