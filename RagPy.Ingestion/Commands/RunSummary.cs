using RagPy.Core.Embedding;
using RagPy.Core.Pipeline;
using RagPy.Core.Projects;

namespace RagPy.Ingestion.Commands;

/// <summary>What <c>run</c> says at its end; the JSON form is documented in docs/user-guide/command-line.md.</summary>
internal sealed record RunSummary(
    string Project,
    long Session,
    long Task,
    string State,
    double Seconds,
    RunSummary.DocumentCounts Documents,
    int Pages,
    int NeedsOcrPages,
    long Chunks,
    long ChunksWithoutVector,
    RunSummary.EmbeddingInfo Embedding,
    IReadOnlyList<RunSummary.FailedDocument> Failures,
    IReadOnlyList<string> Out,
    IReadOnlyList<string> Notes
)
{
    public static async Task<RunSummary> CreateAsync(
        CommandHost host,
        Project project,
        TaskProgress end,
        IReadOnlyList<DocumentFailure> failures,
        IReadOnlyList<string> written,
        CancellationToken cancellationToken
    )
    {
        var counts = await host.Get<SessionStatistics>().GetAsync(end.SessionId, cancellationToken);
        var embedder = host.Get<IEmbedderRegistry>().Default;

        return new RunSummary(
            project.Name,
            end.SessionId,
            end.TaskId,
            end.State.ToString().ToLowerInvariant(),
            Math.Round(end.Elapsed.TotalSeconds, 1),
            new DocumentCounts(counts.Documents, counts.Indexed, end.Unchanged, failures.Count, end.Added, end.Changed, end.Removed),
            counts.Pages,
            counts.NeedsOcrPages,
            counts.Chunks,
            counts.ChunksWithoutVector,
            new EmbeddingInfo(project.Embedder, project.Dimension, embedder.Id == project.Embedder && embedder.IsApproximate),
            [
                .. failures.Select(f => new FailedDocument(
                    f.DocumentId,
                    f.FileName,
                    f.Title,
                    f.Code.ToWire(),
                    f.Reason,
                    f.CoveredByAbstract
                )),
            ],
            written,
            end.Notes
        );
    }

    public void WriteText(TextWriter writer)
    {
        var changes = (Documents.Added, Documents.Changed, Documents.Removed) switch
        {
            (0, 0, 0) => "nothing new",
            var (added, changed, removed) => $"{added} new, {changed} taken up again, {removed} removed, {Documents.Unchanged} unchanged",
        };
        writer.WriteLine(
            $"Project '{Project}': {Documents.Indexed} of {Documents.Total} documents indexed ({changes}) in {Seconds:0.0} s."
        );
        writer.WriteLine(
            $"{Count(Pages, "page")}, {Count(Chunks, "passage")}{(NeedsOcrPages > 0 ? $"; {Count(NeedsOcrPages, "page")} without a text layer, to be read by OCR" : "")}."
        );
        if (ChunksWithoutVector > 0)
            writer.WriteLine($"{Count(ChunksWithoutVector, "passage")} refused by the embedding, and found by words only.");
        if (Embedding.Approximate)
            writer.WriteLine($"Dense vectors come from the approximate offline embedding ({Embedding.Id}).");
        foreach (var note in Notes)
            writer.WriteLine(note);
        foreach (var file in Out)
            writer.WriteLine($"Wrote {file}");
        if (Failures.Count > 0)
            writer.WriteLine($"{Count(Failures.Count, "document")} failed:");
        foreach (var failure in Failures)
            writer.WriteLine(
                $"  {ProgressView.NameOf(failure.File, failure.Title)}: {failure.Code}: {failure.Reason}{(failure.FoundByAbstract ? " The item is found by its title and abstract." : "")}"
            );
    }

    private static string Count(long number, string what) => $"{number} {what}{(number == 1 ? "" : "s")}";

    internal sealed record DocumentCounts(int Total, int Indexed, int Unchanged, int Failed, int Added, int Changed, int Removed);

    internal sealed record EmbeddingInfo(string Id, int Dimension, bool Approximate);

    internal sealed record FailedDocument(Guid Document, string File, string Title, string Code, string Reason, bool FoundByAbstract);
}
