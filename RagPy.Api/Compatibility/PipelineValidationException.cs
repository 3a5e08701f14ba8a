using System.Text.Json;

namespace RagPy.Api.Compatibility;

/// <summary>A field of a request that the original would have refused; answered 422 in the shape of its framework.</summary>
/// <param name="type">Kind of mistake, as the framework names it.</param>
/// <param name="field">The field, null for the body as a whole.</param>
/// <param name="message">A sentence, as the framework words it.</param>
/// <param name="input">What was given, null for nothing.</param>
internal sealed class PipelineValidationException(string type, string? field, string message, JsonElement? input) : Exception(message)
{
    /// <summary>The body of the answer.</summary>
    public object Body { get; } = new
    {
        detail = new[]
        {
            new
            {
                type,
                loc = field is null ? (string[])["body"] : ["body", field],
                msg = message,
                input,
            },
        },
    };
}
