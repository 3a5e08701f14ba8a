using System.Globalization;
using System.Text;
using Aspire.Hosting.ApplicationModel;

namespace RagPy.Hosting.Running;

/// <summary>
/// The port that a process itself listens on. Each replica has its own, which the orchestrator chooses: until then a mark stands for it, which becomes the
/// orchestrator's template when the process is handed over.
/// </summary>
internal static class TargetPort
{
    // Private use characters: no text of a model has a meaning for them.
    private const char Begin = '\uF8F0';
    private const char End = '\uF8F1';

    /// <summary>The port, or the mark of it.</summary>
    public static string Of(EndpointReference endpoint)
    {
        var annotation = endpoint.EndpointAnnotation;

        return annotation.IsProxied
            ? annotation.TargetPort?.ToString(CultureInfo.InvariantCulture) ?? $"{Begin}{ServiceName(endpoint.Resource, annotation)}{End}"
            : endpoint.Port.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Name of the orchestrator's service for an endpoint.</summary>
    public static string ServiceName(IResource resource, EndpointAnnotation endpoint) => $"{resource.Name}-{endpoint.Name}";

    /// <summary>A text as the orchestrator's template: marks become calls, and nothing else is taken for one.</summary>
    public static string ToTemplate(string text)
    {
        if (!text.Contains("{{", StringComparison.Ordinal) && !text.Contains(Begin))
        {
            return text;
        }

        var template = new StringBuilder(text.Length + 32);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == Begin)
            {
                var end = text.IndexOf(End, i);
                template.Append(CultureInfo.InvariantCulture, $"{{{{portForServing \"{text[(i + 1)..end]}\"}}}}");
                i = end;
            }
            else if (text[i] == '{' && i + 1 < text.Length && text[i + 1] == '{')
            {
                template.Append("{{\"{{\"}}");
                i++;
            }
            else
            {
                template.Append(text[i]);
            }
        }

        return template.ToString();
    }
}
