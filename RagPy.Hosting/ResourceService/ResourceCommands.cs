using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using RagPy.Hosting.Model;
using RagPy.Hosting.ResourceService.Protocol;
using RagPy.Hosting.Running;

namespace RagPy.Hosting.ResourceService;

/// <summary>What people can have done with a replica: Aspire's start, stop and restart, scales of ours, and what the model adds.</summary>
/// <param name="resources">What runs.</param>
/// <param name="services">For the commands of the model.</param>
internal sealed class ResourceCommands(
    RunControl control,
    IReadOnlyList<ResourceFacts> resources,
    IServiceProvider services,
    RunConsole console,
    TimeProvider time
)
{
    // Aspire's names.
    private const string Start = "start";
    private const string Stop = "stop";
    private const string Restart = "restart";

    // Two without a question: the dashboard does not ask for a command's arguments.
    private const string ScaleUp = "scale-up";
    private const string ScaleDown = "scale-down";

    /// <summary>Until then a replica is healthy, or the person is told that it is not yet.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    /// <summary>The commands of a replica, as its state allows them.</summary>
    public static IEnumerable<ResourceCommand> Of(ProcessRun run, ReplicaState state, bool isHeldBack)
    {
        var isOff =
            state is ReplicaState.Stopped or ReplicaState.Down or ReplicaState.Finished || (state is ReplicaState.Waiting && isHeldBack);
        var isOn = state is ReplicaState.Starting or ReplicaState.Running or ReplicaState.Crashed;
        yield return Command(Start, "Start", "Start this process", "Play", Shown(isOff));
        yield return Command(
            Stop,
            "Stop",
            "Stop this process; it stays so until it is started",
            "Stop",
            state is ReplicaState.Stopping ? ResourceCommandState.Disabled : Shown(isOn)
        );
        yield return Command(Restart, "Restart", "Stop this process and start it again", "ArrowCounterclockwise", Shown(isOn));
        if (run.ScaleProblem is null)
        {
            yield return ScaleCommand(ScaleUp, "Add a replica", run, 1, "Add");
            yield return ScaleCommand(ScaleDown, "Remove a replica", run, -1, "Subtract");
        }

        foreach (var own in run.Resource.Annotations.OfType<ResourceCommandAnnotation>())
        {
            var command = Command(own.Name, own.DisplayName, own.Options.Description, own.Options.IconName, Enabled(state));
            command.IsHighlighted = own.Options.IsHighlighted;
            if (own.Options.ConfirmationMessage is { } question)
            {
                command.ConfirmationMessage = question;
            }

            yield return command;
        }
    }

    /// <summary>Does what a person asks for; what goes wrong is said in the answer.</summary>
    public async Task<ResourceCommandResponse> ExecuteAsync(ResourceCommandRequest request, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(s_patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            await ExecuteKnownAsync(request, either.Token);

            return new ResourceCommandResponse { Kind = ResourceCommandResponseKind.Succeeded };
        }
        catch (DistributedApplicationException e)
        {
            return Failed(e.Message);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return Failed($"It is not done after {s_patience.TotalMinutes:0} minutes; the console logs may say why.");
        }
        catch (OperationCanceledException)
        {
            return new ResourceCommandResponse { Kind = ResourceCommandResponseKind.Cancelled };
        }
    }

    private Task ExecuteKnownAsync(ResourceCommandRequest request, CancellationToken cancellationToken) =>
        request.CommandName switch
        {
            Start => control.StartAsync(request.ResourceName, cancellationToken),
            Stop => control.StopAsync(request.ResourceName, cancellationToken),
            Restart => control.RestartAsync(request.ResourceName, cancellationToken),
            ScaleUp => ScaleAsync(request.ResourceName, 1, cancellationToken),
            ScaleDown => ScaleAsync(request.ResourceName, -1, cancellationToken),
            _ => ExecuteOwnAsync(request, cancellationToken),
        };

    private Task ScaleAsync(string replica, int change, CancellationToken cancellationToken)
    {
        var present = resources
            .Select(facts => facts.Run)
            .OfType<ProcessRun>()
            .FirstOrDefault(run => run.Replicas.Any(one => one.Name == replica));

        return control.ScaleAsync(replica, (present?.Replicas.Length ?? 0) + change, cancellationToken);
    }

    private async Task ExecuteOwnAsync(ResourceCommandRequest request, CancellationToken cancellationToken)
    {
        var command =
            resources
                .Where(facts => facts.Run is ProcessRun run && run.Replicas.Any(replica => replica.Name == request.ResourceName))
                .SelectMany(facts => facts.Resource.Annotations.OfType<ResourceCommandAnnotation>())
                .FirstOrDefault(own => own.Name == request.CommandName)
            ?? throw new DistributedApplicationException($"'{request.ResourceName}' has no command '{request.CommandName}'.");
        var result = await TryExecuteAsync(command, request.ResourceName, cancellationToken);
        if (!result.Success)
        {
            throw new DistributedApplicationException(result.ErrorMessage ?? "It did not succeed.");
        }
    }

    private async Task<ExecuteCommandResult> TryExecuteAsync(
        ResourceCommandAnnotation command,
        string resource,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await command.ExecuteCommand(
                new ExecuteCommandContext
                {
                    ServiceProvider = services,
                    ResourceName = resource,
                    CancellationToken = cancellationToken,
                }
            );
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The model's own code: whatever it throws must not end the dashboard's connection.
            console.Complain($"The command '{command.Name}' of {resource} failed: {e}");

            return CommandResults.Failure(e.Message);
        }
    }

    private static ResourceCommand ScaleCommand(string name, string title, ProcessRun run, int change, string icon)
    {
        var replicas = run.Replicas.Length + change;
        var isPossible = replicas is >= 1 and <= ProcessRun.MaxReplicas;
        var command = Command(
            name,
            title,
            $"Run {replicas} of {run.Resource.Name} instead of {run.Replicas.Length}",
            icon,
            isPossible ? ResourceCommandState.Enabled : ResourceCommandState.Disabled
        );
        command.IsHighlighted = false;

        return command;
    }

    private static ResourceCommand Command(string name, string title, string? description, string? icon, ResourceCommandState state)
    {
        var command = new ResourceCommand
        {
            Name = name,
            DisplayName = title,
            IsHighlighted = true,
            State = state,
        };
        if (description is not null)
        {
            command.DisplayDescription = description;
        }

        if (icon is not null)
        {
            command.IconName = icon;
        }

        return command;
    }

    private static ResourceCommandState Shown(bool isShown) => isShown ? ResourceCommandState.Enabled : ResourceCommandState.Hidden;

    private static ResourceCommandState Enabled(ReplicaState state) =>
        state is ReplicaState.Running ? ResourceCommandState.Enabled : ResourceCommandState.Disabled;

    private static ResourceCommandResponse Failed(string message) =>
        new()
        {
            Kind = ResourceCommandResponseKind.Failed,
            Message = message,
            ErrorMessage = message,
        };
}
