using System.Globalization;
using System.Text;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace RagPy.Hosting.Publishing.Text;

/// <summary>Takes values of the model apart into what is known when they are published and what is given later.</summary>
internal static class TextFlattener
{
    /// <summary>Takes apart a text or a value of the model.</summary>
    /// <exception cref="DistributedApplicationException">It has no published form.</exception>
    public static async Task<PublishedText> FlattenAsync(object value, CancellationToken cancellationToken)
    {
        var parts = new List<TextPart>();
        await AddAsync(value, isEncoded: false, parts, cancellationToken);

        return new PublishedText(Join(parts));
    }

    private static async Task AddAsync(object value, bool isEncoded, List<TextPart> parts, CancellationToken cancellationToken)
    {
        switch (value)
        {
            case EndpointReference endpoint:
                Add(PublishedPort.Address(endpoint, EndpointProperty.Url), isEncoded, parts);
                break;
            case EndpointReferenceExpression expression:
                Add(PublishedPort.Address(expression.Endpoint, expression.Property), isEncoded, parts);
                break;
            case ParameterResource parameter:
                parts.Add(await PartOfAsync(parameter, isEncoded, cancellationToken));
                break;
            case ConnectionStringReference reference:
                await AddAsync(reference.Resource.ConnectionStringExpression, isEncoded, parts, cancellationToken);
                break;
            case IResourceWithConnectionString resource:
                await AddAsync(resource.ConnectionStringExpression, isEncoded, parts, cancellationToken);
                break;
            case ReferenceExpression expression:
                await AddAsync(expression, isEncoded, parts, cancellationToken);
                break;
            case IValueProvider other:
                throw new DistributedApplicationException($"A {other.GetType().Name} cannot be published.");
            default:
                Add(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "", isEncoded, parts);
                break;
        }
    }

    private static async Task AddAsync(
        ReferenceExpression expression,
        bool isEncoded,
        List<TextPart> parts,
        CancellationToken cancellationToken
    )
    {
        var format = expression.Format;
        var literal = new StringBuilder();
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] is '{' or '}' && format[i + 1] == format[i])
            {
                // A doubled brace is one that belongs to the text.
                literal.Append(format[i++]);
            }
            else if (format[i] == '{')
            {
                Add(literal.ToString(), isEncoded: false, parts);
                literal.Clear();
                var end = format.IndexOf('}', i);
                var hole = int.Parse(format.AsSpan(i + 1, end - i - 1), CultureInfo.InvariantCulture);
                await AddAsync(
                    expression.ValueProviders[hole],
                    isEncoded || expression.StringFormats[hole] is not null,
                    parts,
                    cancellationToken
                );
                i = end;
            }
            else
            {
                literal.Append(format[i]);
            }
        }

        Add(literal.ToString(), isEncoded: false, parts);
    }

    private static async Task<TextPart> PartOfAsync(ParameterResource parameter, bool isEncoded, CancellationToken cancellationToken)
    {
        var value = await FindValueAsync(parameter, cancellationToken);
        if (parameter.Secret)
        {
            // A secret with an empty value is one that may be left out; what it is otherwise is not for files.
            return new TextPart.Secret(parameter.Name.ToLowerInvariant(), IsRequired: value is not "", isEncoded);
        }

        return isEncoded
            ? throw new DistributedApplicationException(
                $"The parameter '{parameter.Name}' is wanted percent-encoded, which only secrets can be."
            )
            : new TextPart.Setting(parameter.Name.Replace('-', '_').ToUpperInvariant(), value);
    }

    private static async Task<string?> FindValueAsync(ParameterResource parameter, CancellationToken cancellationToken)
    {
        try
        {
            return await parameter.GetValueAsync(cancellationToken);
        }
        catch (MissingParameterValueException)
        {
            return null;
        }
    }

    private static void Add(string text, bool isEncoded, List<TextPart> parts)
    {
        if (text.Length > 0)
        {
            parts.Add(new TextPart.Literal(isEncoded ? Uri.EscapeDataString(text) : text));
        }
    }

    private static List<TextPart> Join(List<TextPart> parts)
    {
        var joined = new List<TextPart>();
        foreach (var part in parts)
        {
            if (part is TextPart.Literal literal && joined.LastOrDefault() is TextPart.Literal last)
            {
                joined[^1] = new TextPart.Literal(last.Value + literal.Value);
            }
            else
            {
                joined.Add(part);
            }
        }

        return joined;
    }
}
