namespace RagPy.Core.Providers;

/// <summary>One paid call, written in the transaction that stores what was bought.</summary>
public sealed class ProviderLedgerEntry
{
    public long Id { get; set; }

    public DateTimeOffset At { get; set; }

    /// <summary>Who started the run.</summary>
    public long PersonId { get; set; }

    /// <summary>Kept as a number when the project is deleted: what was spent stays spent.</summary>
    public long ProjectId { get; set; }

    public long SessionId { get; set; }

    public required string Provider { get; set; }

    public required string Model { get; set; }

    /// <summary><c>embeddings</c>, <c>chat</c> or <c>ocr</c>.</summary>
    public required string Operation { get; set; }

    public long InputTokens { get; set; }

    public long OutputTokens { get; set; }

    public int Pages { get; set; }

    /// <summary>In US dollars by the price table; null when it has no price for the model.</summary>
    public decimal? Cost { get; set; }
}
