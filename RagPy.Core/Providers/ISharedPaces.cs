namespace RagPy.Core.Providers;

/// <summary>What the processes together know about the pace that providers take (docs/adr/0017-provider-clients.md).</summary>
internal interface ISharedPaces
{
    /// <summary>Tells the others what this process has learnt, and is told what became of its share since.</summary>
    /// <param name="gate"><see cref="ProviderRequest.Gate"/>.</param>
    /// <param name="rate">Calls a second; infinite while nothing was refused.</param>
    /// <returns>Null when the process goes on as it does.</returns>
    Task<SharedPace?> ExchangeAsync(string gate, double rate);
}
