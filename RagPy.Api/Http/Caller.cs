namespace RagPy.Api.Http;

/// <summary>Who asks, as a parameter of a handler.</summary>
/// <param name="Id">Id of the person.</param>
internal readonly record struct Caller(long Id)
{
    /// <summary>Binds the parameter.</summary>
    public static async ValueTask<Caller> BindAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new Caller(await context.RequestServices.GetRequiredService<ICurrentPerson>().GetIdAsync(context));
    }
}
