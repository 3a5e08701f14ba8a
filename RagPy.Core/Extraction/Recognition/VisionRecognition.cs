using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.AI;
using RagPy.Core.Pipeline;
using RagPy.Core.Providers;
using RagPy.Core.Providers.Chat;
using RagPy.Core.Settings;

namespace RagPy.Core.Extraction.Recognition;

/// <summary>A vision model's work on one file.</summary>
internal sealed class VisionRecognition(
    IChatClient client,
    ChatModelName model,
    RagPySettings settings,
    SemaphoreSlim inHand,
    RecognitionJob job
) : IRecognition
{
    private const double PointsPerInch = 72;
    private const string Fence = "```";

    /// <summary>What the built-in instruction has a page without text answered with: a model hardly ever says nothing.</summary>
    private const string Blank = "[page vide]";

    private const string Role =
        "Tu es un moteur de reconnaissance optique de caractères méticuleux. Tu rends le texte des pages en Markdown, dans leur langue.";

    private const string Prompt =
        "Transcris tout le texte de cette page en Markdown lisible, mot pour mot et dans l'ordre de lecture : sans résumer, corriger, traduire, commenter ni ajouter. "
        + $"Si la page ne porte aucun texte, réponds seulement {Blank}";

    private const int HashBytes = 4;

    private readonly TimeSpan _limit = TimeSpan.FromSeconds(settings.RecognitionPageTimeoutSeconds);

    /// <summary>Short name of the question that pages are sent with, and of what shapes their image.</summary>
    public static string PromptHash(RagPySettings settings)
    {
        var question = string.Create(
            CultureInfo.InvariantCulture,
            $"{Role}\n{settings.OpenAIOcrPrompt ?? Prompt}\n{settings.OpenAIOcrRenderScale}\n{settings.OpenAIOcrMaxTokens}"
        );
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(question)).AsSpan(0, HashBytes));
    }

    /// <inheritdoc/>
    public async Task<RecognitionAnswer> ReadAsync(IReadOnlyList<int> pages, CancellationToken cancellationToken)
    {
        var page = pages.Single();
        await inHand.WaitAsync(cancellationToken);
        try
        {
            var (image, _) = await PageRenderer.RenderAsync(
                job.Path,
                page,
                job.Pages[page],
                settings.OpenAIOcrRenderScale * PointsPerInch,
                asPng: true,
                _limit,
                cancellationToken
            );
            var question = string.Create(CultureInfo.InvariantCulture, $"{settings.OpenAIOcrPrompt ?? Prompt}\nPage {page}.");
            ChatMessage[] messages =
            [
                new(ChatRole.System, Role),
                new(ChatRole.User, [new TextContent(question), new DataContent(image, "image/png")]),
            ];
            var options = new ChatOptions
            {
                MaxOutputTokens = settings.OpenAIOcrMaxTokens,
                AdditionalProperties = ProviderCall.For(job.Party, tokens: 0),
            };
            return Read(page, await client.GetResponseAsync(messages, options, cancellationToken));
        }
        finally
        {
            inHand.Release();
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private RecognitionAnswer Read(int page, ChatResponse response)
    {
        var failure = FailureOf(response);
        var answer = new RecognitionAnswer(
            failure is null ? [MarkdownPage.Read(page, Unwrap(response.Text))] : [],
            model.Provider,
            model.Model,
            InputTokens: response.Usage?.InputTokenCount ?? 0,
            OutputTokens: response.Usage?.OutputTokenCount ?? 0
        );
        return failure is null ? answer : answer with { Refused = new Dictionary<int, Failure> { [page] = failure } };
    }

    /// <summary>An answer that was cut off, or that is none, is never taken for the page's text.</summary>
    private Failure? FailureOf(ChatResponse response)
    {
        if (response.FinishReason == ChatFinishReason.Length)
        {
            return new Failure(
                FailureCode.ProviderError,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{model.Id} did not end its answer within {settings.OpenAIOcrMaxTokens} tokens (OPENAI_OCR_MAX_TOKENS)."
                )
            );
        }

        var isRefusal =
            response.FinishReason == ChatFinishReason.ContentFilter || response.Messages.Any(m => m.Contents.OfType<ErrorContent>().Any());
        return isRefusal ? new Failure(FailureCode.ProviderError, $"{model.Id} refused to read the page.") : null;
    }

    /// <summary>Without the code fence that models like to put around Markdown.</summary>
    private static string Unwrap(string text)
    {
        var trimmed = text.Trim();
        if (trimmed.StartsWith(Fence, StringComparison.Ordinal) && trimmed.EndsWith(Fence, StringComparison.Ordinal))
        {
            var start = trimmed.IndexOf('\n', StringComparison.Ordinal);
            var end = trimmed.Length - Fence.Length;
            trimmed = start >= 0 && start < end ? trimmed[start..end].Trim() : trimmed;
        }

        return trimmed == Blank ? "" : trimmed;
    }
}
