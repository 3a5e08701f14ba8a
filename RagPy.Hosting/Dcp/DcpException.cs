using Aspire.Hosting;

namespace RagPy.Hosting.Dcp;

/// <summary>The orchestrator refused a request, or cannot be reached.</summary>
internal sealed class DcpException(string message, Exception? inner = null) : DistributedApplicationException(message, inner!);
