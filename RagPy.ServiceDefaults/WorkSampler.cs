using System.Diagnostics;
using OpenTelemetry.Trace;

namespace RagPy.ServiceDefaults;

/// <summary>
/// Keeps the traces of requests and of work, and not those of housekeeping: a call to a database or another server that belongs to no request and no work, such
/// as looking for jobs every second, would bury them.
/// </summary>
internal sealed class WorkSampler : Sampler
{
    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
        new(samplingParameters.Kind == ActivityKind.Client ? SamplingDecision.Drop : SamplingDecision.RecordAndSample);
}
