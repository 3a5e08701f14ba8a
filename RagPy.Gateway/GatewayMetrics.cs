using System.Diagnostics.Metrics;

namespace RagPy.Gateway;

/// <summary>What the gateway counts beside the requests themselves.</summary>
internal sealed class GatewayMetrics
{
    public const string MeterName = "RagPy.Gateway";

    private readonly Counter<long> _retries;
    private readonly Counter<long> _refused;

    public GatewayMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _retries = meter.CreateCounter<long>("ragpy.gateway.retries", "{request}", "Requests sent to another replica after one failed.");
        _refused = meter.CreateCounter<long>("ragpy.gateway.refused", "{request}", "Requests that the gateway refused itself.");
    }

    public void Retried(string reason) => _retries.Add(1, KeyValuePair.Create<string, object?>("reason", reason));

    public void Refused(string code) => _refused.Add(1, KeyValuePair.Create<string, object?>("code", code));
}
