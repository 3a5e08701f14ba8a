using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace RagPy.Hosting.Running;

/// <summary>Tells how a start goes, and what to open when it is done.</summary>
internal sealed class RunReport(AppDefinition app, RunSession session, RunConsole console, TimeProvider time, long begin)
{
    /// <summary>Returns when every resource is ready or stays down.</summary>
    /// <exception cref="DistributedApplicationException">A resource that others wait for stays down.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var width = session.Runs.Max(run => run.Resource.Name.Length);
        var down = new List<ResourceRun>();
        await Task.WhenAll(session.Runs.Select(run => TellAsync(run, width, down, cancellationToken)));
        var urls = await UrlsAsync(cancellationToken);
        new RunState(Environment.ProcessId, urls, session.Dashboard?.ApiKey).Write(app.Folder);
        var without = down.Count == 0 ? "" : $", without {string.Join(", ", down.Select(run => run.Resource.Name))}";
        console.Say("");
        console.Say($"{app.Name} is ready after {Elapsed:0.0} s{without}.");
        var longest = urls.Count == 0 ? 0 : urls.Max(url => url.Title.Length);
        foreach (var url in urls)
        {
            console.Say($"  {url.Title.PadRight(longest)}  {url.Address}");
        }

        console.Say($"  {"Data".PadRight(longest)}  {app.Folder.Data}");
        console.Say("Ctrl-C stops everything.");
    }

    private double Elapsed => time.GetElapsedTime(begin).TotalSeconds;

    private async Task TellAsync(ResourceRun run, int width, List<ResourceRun> down, CancellationToken cancellationToken)
    {
        try
        {
            await run.Ready.WaitAsync(cancellationToken);
            if (run is ProcessRun { Replicas.Length: var replicas })
            {
                console.Say(
                    $"  {run.Resource.Name.PadRight(width)}  ready after {Elapsed:0.0} s{(replicas == 1 ? "" : $" ({replicas} replicas)")}"
                );
            }
            else if (run is GivenRun)
            {
                console.Say($"  {run.Resource.Name.PadRight(width)}  answers (not started here)");
            }
        }
        catch (ResourceDownException e)
        {
            if (!e.IsConsequence && session.Runs.Any(other => Model.ModelValidator.WaitsFor(other.Resource).Contains(run.Resource)))
            {
                throw;
            }

            if (!e.IsConsequence)
            {
                console.Complain(e.Message);
            }

            lock (down)
            {
                down.Add(run);
            }
        }
    }

    private async Task<IReadOnlyList<RunUrl>> UrlsAsync(CancellationToken cancellationToken)
    {
        var urls = new List<RunUrl>();
        foreach (var resource in app.Model.Resources.OfType<ProjectResource>())
        {
            urls.AddRange(
                (await ResourceUrls.OfAsync(resource, app.Execution, cancellationToken))
                    // What the model wants people to open has a title.
                    .Where(url => url.DisplayText is not null)
                    .Select(url => new RunUrl(url.DisplayText!, url.Url))
            );
        }

        if (session.Dashboard is { } dashboard)
        {
            urls.Add(new RunUrl("Dashboard", dashboard.LoginUrl));
        }

        return urls;
    }
}
