using System.Diagnostics.CodeAnalysis;

namespace RagPy.Gateway.Destinations;

/// <summary>One form for the address of a replica, so that equal ones compare equal.</summary>
internal static class DestinationAddress
{
    /// <summary>Takes an absolute http or https address without query; gives it with the slash that ends it.</summary>
    public static bool TryNormalize(string? text, [NotNullWhen(true)] out string? address)
    {
        address =
            Uri.TryCreate(text?.Trim(), UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Query.Length == 0
                ? uri.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/"
                : null;

        return address is not null;
    }
}
