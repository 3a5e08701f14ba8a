using RagPy.Core.Embedding;
using RagPy.Core.Projects;

namespace RagPy.Api.Contracts;

/// <summary>Turns projects into what the API says of them, with what their choices come to on this server.</summary>
internal sealed class ProjectViews(IEmbedderRegistry embedders, RecognitionChoice recognition)
{
    public async Task<ProjectView> OfAsync(ProjectSummary project, CancellationToken cancellationToken) =>
        project.ToView(embedders, await recognition.DescribeAsync(project.Recognition, project.RecognitionPages, cancellationToken));

    public async Task<IReadOnlyList<ProjectView>> OfAsync(IEnumerable<ProjectSummary> projects, CancellationToken cancellationToken)
    {
        var views = new List<ProjectView>();
        foreach (var project in projects)
        {
            views.Add(await OfAsync(project, cancellationToken));
        }

        return views;
    }
}
