using System.CommandLine;
using System.Globalization;
using RagPy.Core.Estimates;
using RagPy.Core.Projects;

namespace RagPy.Ingestion.Commands;

/// <summary><c>estimate SOURCE</c>: what bringing a source in has to do and may cost; nothing is brought in.</summary>
internal static class EstimateCommand
{
    public static Command Create()
    {
        var source = new Argument<string>("source") { Description = "What would be given to 'run'." };
        var project = CommonOptions.Project();
        var embedder = RunCommand.Embedder();
        var vectorsOf = RunCommand.VectorsOf();
        var json = CommonOptions.Json();
        var command = new Command("estimate", "Say what bringing a source in has to do and may cost, without doing it.")
        {
            source,
            project,
            embedder,
            vectorsOf,
            json,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
                RunAsync(
                    parsed.GetValue(source)!,
                    parsed.GetValue(project)!,
                    parsed.GetValue(embedder),
                    RunCommand.Model(parsed.GetValue(vectorsOf)),
                    parsed.GetValue(json),
                    cancellationToken
                )
        );

        return command;
    }

    private static async Task<int> RunAsync(
        string source,
        string projectName,
        string? embedder,
        string? vectorsOf,
        bool json,
        CancellationToken cancellationToken
    )
    {
        await using var host = await CommandHost.OpenAsync(cancellationToken);
        var project = await host.Get<ProjectService>().FindAsync(host.Owner.Id, projectName, cancellationToken);
        var estimate = await host.Get<EstimateService>().OfSourceAsync(project, source, embedder, vectorsOf, cancellationToken);
        if (json)
        {
            JsonOutput.WriteLine(estimate);
        }
        else
        {
            WriteText(estimate, Console.Out);
        }

        return ExitCode.Success;
    }

    private static void WriteText(RunEstimate estimate, TextWriter writer)
    {
        writer.WriteLine(
            Say(
                $"{estimate.Documents:N0} documents, {estimate.Done:N0} of them done already, {estimate.Unusable:N0} without a file that can be read; {estimate.Files:N0} files ({estimate.Bytes / 1_000_000.0:N1} MB) to be read."
            )
        );
        writer.WriteLine(
            $"{Range(estimate.Pages)} pages, {Range(estimate.Passages)} passages ({estimate.Bought.ToString("N0", CultureInfo.InvariantCulture)} with vectors at hand), {Range(estimate.Tokens)} tokens to embed."
        );
        writer.WriteLine($"Embedding by {estimate.Embedder}: {Dollars(estimate.Cost)}.");
        if (estimate.Recognition.Engines.Count > 0)
            writer.WriteLine(
                $"{Range(estimate.Recognition.Pages)} pages without text to be recognised by {string.Join(", then ", estimate.Recognition.Engines)}: {Dollars(estimate.Recognition.Cost)}."
            );
        if (estimate.CleanUp is { } cleanUp)
            writer.WriteLine(
                $"{Range(cleanUp.Passages)} passages to be cleaned up by {cleanUp.Model}, {Range(cleanUp.InputTokens)} tokens in and {Range(cleanUp.OutputTokens)} out: {Dollars(cleanUp.Cost)}."
            );
        writer.WriteLine($"Together: {Dollars(estimate.Total)}.");
        foreach (var sentence in estimate.Basis)
        {
            writer.WriteLine($"  {sentence}");
        }
    }

    private static string Dollars(CostRange? cost) =>
        cost is null ? "cost not known"
        : cost.Low == cost.High ? Say($"${cost.Low:0.00##}")
        : Say($"${cost.Low:0.00##} to ${cost.High:0.00##}");

    private static string Range(AmountRange amount) =>
        amount.Low == amount.High ? Say($"{amount.Low:N0}") : Say($"{amount.Low:N0} to {amount.High:N0}");

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
