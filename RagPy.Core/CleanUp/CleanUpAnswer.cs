using Microsoft.Extensions.AI;
using RagPy.Core.Extraction.Sections;
using RagPy.Core.Providers.Chat;

namespace RagPy.Core.CleanUp;

/// <summary>What a chat model made of a passage.</summary>
/// <param name="Text">The text to use: the model's, or the raw one where that is kept.</param>
internal sealed record CleanUpAnswer(CleanUpOutcome Outcome, string Text)
{
    private const int LongestLead = 160;
    private const string Fence = "```";

    /// <summary>The model's text is used, or is the same.</summary>
    public bool IsAccepted => Outcome is CleanUpOutcome.Cleaned or CleanUpOutcome.Unchanged;

    /// <summary>A text that was accepted.</summary>
    public static CleanUpAnswer Accepted(string raw, string text) =>
        new(text == raw ? CleanUpOutcome.Unchanged : CleanUpOutcome.Cleaned, text);

    /// <summary>The raw text, with why it is kept.</summary>
    public static CleanUpAnswer Kept(string raw, CleanUpOutcome reason) => new(reason, raw);

    /// <summary>Judges an answer.</summary>
    public static CleanUpAnswer Of(string raw, ChatResponse response)
    {
        var isRefused = response
            .Messages.SelectMany(m => m.Contents)
            .OfType<ErrorContent>()
            .Any(e => e.ErrorCode == RemoteChatClient.RefusalCode);
        if (isRefused || response.FinishReason == ChatFinishReason.ContentFilter)
        {
            return Kept(raw, CleanUpOutcome.Refused);
        }

        if (response.FinishReason == ChatFinishReason.Length)
        {
            return Kept(raw, CleanUpOutcome.Cut);
        }

        var text = Unwrap(raw, SectionText.Clean(response.Text).Trim());
        return text.Length == 0 ? Kept(raw, CleanUpOutcome.Empty)
            : CleanUpJudge.IsCorrection(raw, text) ? Accepted(raw, text)
            : Kept(raw, CleanUpOutcome.Altered);
    }

    /// <summary>Takes off what models put around an answer although they were told not to: a fence, our tags, a line that announces the text.</summary>
    private static string Unwrap(string raw, string text)
    {
        if (
            text.StartsWith(Fence, StringComparison.Ordinal)
            && text.EndsWith(Fence, StringComparison.Ordinal)
            && text.Contains('\n', StringComparison.Ordinal)
        )
        {
            text = text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..^Fence.Length].Trim();
        }

        var end = text.IndexOf('\n', StringComparison.Ordinal);
        if (
            end is > 0 and < LongestLead
            && text[..end].TrimEnd().EndsWith(':')
            && !raw.Contains(text[..end].TrimEnd(' ', ':'), StringComparison.Ordinal)
        )
        {
            text = text[end..].Trim();
        }

        text = text.StartsWith("<text>", StringComparison.Ordinal) ? text["<text>".Length..] : text;
        text = text.EndsWith("</text>", StringComparison.Ordinal) ? text[..^"</text>".Length] : text;
        return text.Trim();
    }
}
