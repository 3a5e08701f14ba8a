namespace RagPy.Gateway.Access;

/// <summary>Keeps what operators look at, metrics and the job dashboard, to this machine and private networks (load plan, P3-T2).</summary>
internal sealed class PrivatePaths(RequestDelegate next, GatewayMetrics metrics)
{
    private static readonly PathString[] s_paths = ["/metrics", "/hangfire"];

    public Task InvokeAsync(HttpContext context)
    {
        if (!IsPrivate(context.Request.Path) || ClientAddress.IsPrivate(ClientAddress.Of(context)))
            return next(context);

        metrics.Refused("private_network_only");

        return Problem.WriteAsync(
            context,
            StatusCodes.Status403Forbidden,
            "private_network_only",
            "This is served to private networks only."
        );
    }

    /// <summary>However many slashes it is written with.</summary>
    private static bool IsPrivate(PathString path)
    {
        var single = new PathString("/" + (path.Value ?? "").TrimStart('/'));

        return s_paths.Any(start => single.StartsWithSegments(start, StringComparison.OrdinalIgnoreCase));
    }
}
