using System.Globalization;
using System.Text.Json.Nodes;

namespace RagPy.Tests.Simulators;

/// <summary>How Mistral says what went wrong.</summary>
internal static class MistralErrors
{
    public static string Body(int status, string message) =>
        new JsonObject
        {
            ["object"] = "error",
            ["message"] = message,
            ["type"] = "error",
            ["param"] = null,
            ["code"] = status.ToString(CultureInfo.InvariantCulture),
        }.ToJsonString();
}
