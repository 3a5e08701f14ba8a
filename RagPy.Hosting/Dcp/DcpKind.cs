namespace RagPy.Hosting.Dcp;

/// <summary>Names of the orchestrator's API.</summary>
internal static class DcpKind
{
    public const string Group = "usvc-dev.developer.microsoft.com";
    public const string ApiVersion = $"{Group}/v1";

    public const string Service = "Service";
    public const string Services = "services";
    public const string Executable = "Executable";
    public const string Executables = "executables";
    public const string Endpoints = "endpoints";
    public const string Container = "Container";
    public const string Containers = "containers";

    /// <summary>Annotation that names the services an executable serves.</summary>
    public const string ServiceProducer = "service-producer";
}
