namespace RagPy.Core.Indexing.Remote;

/// <summary>What calls to vector stores are for, in metrics, traces and limits.</summary>
internal static class StoreOperations
{
    public const string Write = "upsert";
    public const string Query = "query";
    public const string Read = "read";
    public const string Remove = "delete";
    public const string Manage = "manage";
}
