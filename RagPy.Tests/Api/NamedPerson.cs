using System.Globalization;
using Microsoft.AspNetCore.Http;
using RagPy.Api.Http;

namespace RagPy.Tests.Api;

/// <summary>Lets a request say who sends it; without a word it is the local owner.</summary>
internal sealed class NamedPerson(LocalOwner owner) : ICurrentPerson
{
    public const string Header = "X-Person";

    public ValueTask<long> GetIdAsync(HttpContext context) =>
        long.TryParse(context.Request.Headers[Header], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? ValueTask.FromResult(id)
            : owner.GetIdAsync(context);
}
