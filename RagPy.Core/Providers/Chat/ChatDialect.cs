namespace RagPy.Core.Providers.Chat;

/// <summary>
/// What chat-completion models differ in although they share an API: newer ones of OpenAI want <c>max_completion_tokens</c> and refuse <c>max_tokens</c>, older ones
/// and most other servers the other way round, and reasoning models take no temperature. Names do not tell (a deployment may be called anything), so it is learnt
/// from the refusal, which costs nothing.
/// </summary>
/// <param name="Limit">Name of the property that limits the answer.</param>
/// <param name="SendsTemperature">False for models that have but their own.</param>
internal sealed record ChatDialect(string Limit, bool SendsTemperature = true)
{
    public const string NewLimit = "max_completion_tokens";
    public const string OldLimit = "max_tokens";

    private static readonly string[] s_complaints =
    [
        "unsupported",
        "not support",
        "unrecognized",
        "unknown",
        "not permitted",
        "not allowed",
        "extra",
    ];

    /// <summary>What to try after a refusal; null when it is about something else.</summary>
    public ChatDialect? After(ProviderRefusedException refused)
    {
        var message = refused.Message;
        if (refused.Status is not (400 or 422) || !s_complaints.Any(c => message.Contains(c, StringComparison.OrdinalIgnoreCase)))
        {
            return null;
        }

        if (SendsTemperature && message.Contains("temperature", StringComparison.Ordinal))
        {
            return this with { SendsTemperature = false };
        }

        return message.Contains(Limit, StringComparison.Ordinal) ? this with { Limit = Limit == NewLimit ? OldLimit : NewLimit } : null;
    }
}
