using System.Text;
using Microsoft.AspNetCore.Http;

namespace RagPy.Tests.Simulators;

/// <summary>One request that a simulator got, and its answer.</summary>
/// <param name="Path">Decoded path, with a slash in front.</param>
/// <param name="Query">Query string with its question mark, or empty.</param>
/// <param name="Status">Status of the answer; 0 when the connection was cut.</param>
/// <param name="Fault">What was made to go wrong.</param>
internal sealed record Exchange(
    string Method,
    string Path,
    string Query,
    IHeaderDictionary RequestHeaders,
    ReadOnlyMemory<byte> RequestBody,
    int Status,
    IHeaderDictionary ResponseHeaders,
    ReadOnlyMemory<byte> ResponseBody,
    Fault? Fault
)
{
    public string RequestText => Encoding.UTF8.GetString(RequestBody.Span);

    public string ResponseText => Encoding.UTF8.GetString(ResponseBody.Span);

    public override string ToString() => $"{Method} {Path}{Query} → {Status}";
}
