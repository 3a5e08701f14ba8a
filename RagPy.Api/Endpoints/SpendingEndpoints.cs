using Microsoft.AspNetCore.Http.HttpResults;
using RagPy.Api.Http;
using RagPy.Core.Providers;

namespace RagPy.Api.Endpoints;

/// <summary><c>/spending</c>: what a person's runs have cost.</summary>
internal static class SpendingEndpoints
{
    public static void MapSpending(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/spending", GetAsync).WithName("GetMySpending").WithTags("Spending");

    /// <summary>What your runs have cost, by month, model, operation and session, and your cap for this month.</summary>
    /// <param name="months">Months wanted, this one included, 1 to 36; 12 when absent.</param>
    private static async Task<Ok<PersonSpending>> GetAsync(
        Caller caller,
        PersonSpendingService spending,
        int? months,
        CancellationToken cancellationToken
    ) =>
        months is < 1 or > PersonSpendingService.MaxMonths
            ? throw new ProblemException(StatusCodes.Status400BadRequest, ProblemCodes.BadRequest, "'months' is a number from 1 to 36.")
            : TypedResults.Ok(await spending.GetAsync(caller.Id, months ?? 12, cancellationToken));
}
