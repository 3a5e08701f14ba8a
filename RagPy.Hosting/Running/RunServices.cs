using RagPy.Hosting.Dcp;

namespace RagPy.Hosting.Running;

/// <summary>What every part of a run works with.</summary>
/// <param name="Executables">The processes that the orchestrator knows.</param>
/// <param name="Endpoints">Where each of them listens.</param>
/// <param name="Containers">The containers that it knows; watched only where there are some.</param>
/// <param name="Changes">Signalled for whoever shows the run.</param>
internal sealed record RunServices(
    DcpClient Client,
    DcpWatch<ExecutableSpec, ExecutableStatus> Executables,
    DcpWatch<EndpointSpec, EndpointStatus> Endpoints,
    DcpWatch<ContainerSpec, ContainerStatus> Containers,
    RunConsole Console,
    ChangeSignal Changes,
    TimeProvider Time
);
