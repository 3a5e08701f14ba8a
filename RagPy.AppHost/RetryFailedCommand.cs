using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace RagPy.AppHost;

/// <summary>A command of the API's: takes up again every document that failed, in all projects.</summary>
internal static class RetryFailedCommand
{
    private const int PageSize = 200;

    /// <summary>Adds the command to the API, which does the work.</summary>
    /// <param name="endpointName">Endpoint on which the API is asked.</param>
    public static IResourceBuilder<T> WithRetryFailedCommand<T>(this IResourceBuilder<T> builder, string endpointName = "http")
        where T : IResourceWithEndpoints =>
        builder.WithCommand(
            "retry-failed",
            "Re-run failed documents",
            context => ExecuteAsync(builder.Resource.GetEndpoint(endpointName).Url, context.CancellationToken),
            new CommandOptions
            {
                Description = "Take up again every document that failed, also those that failed for good",
                IconName = "ArrowSync",
            }
        );

    private static async Task<ExecuteCommandResult> ExecuteAsync(string address, CancellationToken cancellationToken)
    {
        using var api = new HttpClient { BaseAddress = new Uri(address) };
        try
        {
            await foreach (var project in ListAsync(api, "api/v1/projects", cancellationToken))
            {
                await foreach (var session in ListAsync(api, $"api/v1/projects/{Id(project)}/sessions", cancellationToken))
                {
                    if (session.GetProperty("counts").GetProperty("failed").GetInt32() > 0)
                    {
                        using var answer = await api.PostAsync($"api/v1/sessions/{Id(session)}/retry", content: null, cancellationToken);
                        answer.EnsureSuccessStatusCode();
                    }
                }
            }

            return CommandResults.Success();
        }
        catch (HttpRequestException e)
        {
            return CommandResults.Failure($"The API did not do it: {e.Message}");
        }
    }

    /// <summary>All items of a listing, a page at a time.</summary>
    private static async IAsyncEnumerable<JsonElement> ListAsync(
        HttpClient api,
        string path,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        for (string? cursor = ""; cursor is not null; )
        {
            var next = cursor.Length == 0 ? "" : $"&cursor={Uri.EscapeDataString(cursor)}";
            var page = await api.GetFromJsonAsync<JsonElement>($"{path}?limit={PageSize}{next}", cancellationToken);
            foreach (var item in page.GetProperty("items").EnumerateArray())
            {
                yield return item;
            }

            cursor = page.TryGetProperty("next", out var value) ? value.GetString() : null;
        }
    }

    private static string Id(JsonElement item) => item.GetProperty("id").GetInt64().ToString(CultureInfo.InvariantCulture);
}
