using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Globalization;
using RagPy.Core.Search;

namespace RagPy.Ingestion.Commands;

/// <summary><c>search "QUERY"</c>: passages with the page they stand on.</summary>
internal static class SearchCommand
{
    private const int DefaultTop = 10;

    public static Command Create()
    {
        var query = new Argument<string>("query") { Description = "Words or a question." };
        var project = CommonOptions.Project();
        var mode = CommonOptions.Mode();
        var top = new Option<int>("--top")
        {
            Description = "Results wanted, 1 to 100.",
            DefaultValueFactory = _ => DefaultTop,
            HelpName = "N",
            CustomParser = result =>
                (int)(
                    CommonOptions.Number(result, $"--top takes a number from 1 to {SearchRequest.MaxTop}", 1, SearchRequest.MaxTop)
                    ?? DefaultTop
                ),
        };
        var author = new Option<string?>("--author") { Description = "Family name of a creator.", HelpName = "NAME" };
        var year = new Option<YearRange?>("--year")
        {
            Description = "2020, 2018-2021, 2018- or -2021.",
            HelpName = "A-B",
            CustomParser = YearRange.Parse,
        };
        var tags = new Option<string[]>("--tag") { Description = "A tag of the item; may be repeated.", HelpName = "TAG" };
        var collection = new Option<string?>("--collection")
        {
            Description = "A Zotero collection, sub-collections included.",
            HelpName = "NAME",
        };
        var type = new Option<string?>("--type") { Description = "Item type, e.g. journalArticle.", HelpName = "TYPE" };
        var language = new Option<string?>("--language") { Description = "Language of the item, e.g. fr.", HelpName = "LANG" };
        var fusion = CommonOptions.Choice("--fusion", "How hybrid joins both sides.", FusionMethod.MinMax);
        var json = CommonOptions.Json();
        var command = new Command("search", "Find passages, with the page they stand on.")
        {
            query,
            project,
            mode,
            top,
            author,
            year,
            tags,
            collection,
            type,
            language,
            fusion,
            json,
        };
        query.Validators.Add(result =>
        {
            if (string.IsNullOrWhiteSpace(result.GetValueOrDefault<string>()))
                result.AddError("The query is empty: give words or a question.");
        });
        foreach (var filter in (Option[])[author, tags, collection, type, language])
            filter.Validators.Add(RequireText);

        command.SetAction(
            (parsed, cancellationToken) =>
            {
                var request = new SearchRequest
                {
                    Query = parsed.GetValue(query)!,
                    Mode = parsed.GetValue(mode),
                    Fusion = parsed.GetValue(fusion),
                    Top = parsed.GetValue(top),
                    Author = parsed.GetValue(author),
                    YearFrom = parsed.GetValue(year)?.From,
                    YearTo = parsed.GetValue(year)?.To,
                    Tags = parsed.GetValue(tags) ?? [],
                    Collection = parsed.GetValue(collection),
                    Type = parsed.GetValue(type),
                    Language = parsed.GetValue(language),
                };

                return RunAsync(parsed.GetValue(project)!, request, parsed.GetValue(json), cancellationToken);
            }
        );

        return command;
    }

    /// <summary>A filter without text would filter nothing, which is never what was meant.</summary>
    private static void RequireText(OptionResult option)
    {
        if (option.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value)))
            option.AddError($"{option.Option.Name} is empty: give a value, or leave the option out.");
    }

    private static async Task<int> RunAsync(string projectName, SearchRequest request, bool json, CancellationToken cancellationToken)
    {
        await using var host = await CommandHost.OpenAsync(cancellationToken);
        var project = await host.RequireProjectAsync(projectName, cancellationToken);
        var started = Stopwatch.GetTimestamp();
        var response = await host.Get<SearchService>().SearchAsync(project.Id, request, cancellationToken);
        var report = SearchReport.Create(project.Name, response, Stopwatch.GetElapsedTime(started));
        if (json)
            JsonOutput.WriteLine(report);
        else
            SearchText.Write(Console.Out, report, marksWithColor: !Console.IsOutputRedirected);

        return ExitCode.Success;
    }

    /// <summary>Years both included; an open end is null.</summary>
    private sealed record YearRange(int? From, int? To)
    {
        public static YearRange? Parse(ArgumentResult result)
        {
            var text = result.Tokens.Single().Value;
            var parts = text.Split('-');
            int? from = null,
                to = null;
            if (
                parts.Length is 1 or 2
                && text != "-"
                && TryYear(parts[0], ref from)
                && TryYear(parts[^1], ref to)
                && (from is null || to is null || from <= to)
            )
                return new YearRange(from, to);

            result.AddError($"'{text}' is not a range of years: give 2020, 2018-2021, 2018- or -2021.");

            return null;
        }

        private static bool TryYear(string text, ref int? year)
        {
            if (text.Length == 0)
                return true;
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return false;
            year = number;

            return true;
        }
    }
}
