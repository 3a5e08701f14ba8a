using System.Text.Json.Serialization;

namespace RagPy.Core.Search.Evaluation;

/// <summary>Milliseconds from query text to ranking, queries one after the other.</summary>
public sealed record QueryTimes([property: JsonPropertyName("p50")] double P50, [property: JsonPropertyName("p95")] double P95);
