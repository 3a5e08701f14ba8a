using Aspire.Hosting.ApplicationModel;

namespace RagPy.Hosting.Model;

/// <summary>ASP.NET Core's own rule for <c>X-Forwarded-*</c> is not switched on.</summary>
internal sealed record ForwardedHeadersOffAnnotation : IResourceAnnotation;
